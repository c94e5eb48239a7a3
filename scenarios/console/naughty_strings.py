"""Naughty strings: text that a careless page would run as markup, script or template, or be broken by.

After OWASP's cheat sheet on XSS filter evasion and the Big List of Naughty Strings; some are of what these
pages are made with: htmx reads attributes, Jinja2 templates, markdown links.
"""

# What runs sets this, and nothing else does.
MARK = "ranByAccident"
_RUN = f"window.{MARK}=1"

NAUGHTY_STRINGS = (
    f"<script>{_RUN}</script>",
    f"</pre></td></textarea></title><script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f'"><svg onload={_RUN}>',
    f"' autofocus onfocus={_RUN} x='",
    f"<iframe srcdoc='<script>parent.{MARK}=1</script>'></iframe>",
    f'<a href="javascript:{_RUN}">a link</a>',
    f"[a link](javascript:{_RUN})",
    f"<details open ontoggle={_RUN}>",
    "<style>@import 'http://attacker.example/x.css';</style><b>style",
    "<base href='http://attacker.example/'>",
    "<meta http-equiv=refresh content='0;url=http://attacker.example/'>",
    f"<!--<img src=--><img src=x onerror={_RUN}>",
    f"<scr\x00ipt>{_RUN}</scr\x00ipt>".replace("\x00", "\\u0000"),
    f"&lt;script&gt;{_RUN}&lt;/script&gt; &amp;amp; &#60;b&#62;",
    "<div hx-get='/health' hx-trigger='load' hx-target='body' hx-swap='outerHTML'>",
    "<div hx-post='/pipeline/heal' hx-trigger='load' data-hx-on:click='x'>",
    f"<b hx-on:htmx:load='{_RUN}' data-hx-vals='js:{{x:{_RUN}}}'>",
    "{{ 7 * 7 }}{% for x in '' %}${7*7}#{7*7}<%= 7*7 %>",
    "\u202egnp.exe \u200b\ufeff \u2066x",
    "Zalgo z̶̢̛a̸l̷g̵o̶ 👩‍👩‍👧‍👦 Ünïcödé 実験 العربية",
    "\\u001b[31mred\\u001b[0m \\b\\f 'quoted' \"twice\" `ticks` \\\\",
    "w" * 110,
)
