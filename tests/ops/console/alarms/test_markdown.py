"""A runbook's text as HTML: what it has is shown, and nothing of it runs or leads astray."""

import re

import pytest

from ops.lab.console.alarms import runbooks
from ops.lab.console.alarms.markdown import as_html, title_of
from ops.lab.repository import REPOSITORY

HOSTILE = [
    "<script>alert(1)</script>",
    "text <img src=x onerror=alert(1)> text",
    "<details open ontoggle=alert(1)><summary>x</summary>\n\n</details>",
    "<details><summary><script>alert(1)</script></summary>\n\n<script>alert(2)</script>\n\n</details>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//attacker.example/)",
    "[x](\\\\attacker.example/)",
    "[x](/drills/launch)",
    "<javascript:alert(1)>",
    "![x](https://attacker.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](dlq.md "a\\" onclick=alert(1) b")',
    "```bash\n</code></pre><script>alert(1)</script>\n```",
    '```bash"><script>alert(1)</script>\ntext\n```',
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "# <script>alert(1)</script>\n\n## <b onclick=x>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
]
# What the renderer itself writes.
_TAGS = {
    *("p", "h2", "h3", "a", "code", "pre", "div", "table", "thead", "tbody", "tr", "th", "td", "details"),
    *("summary", "button", "em", "strong", "ul", "ol", "li", "br", "hr", "blockquote"),
}
_ATTRIBUTES = {
    *("href", "rel", "target", "scope", "class", "type", "data-copy", "tabindex", "role", "aria-label"),
    *("title", "start"),
}


def html(text: str) -> str:
    return str(as_html(text, runbooks.address_of))


def tags_of(page: str) -> list[tuple[str, str]]:
    """Name and attributes of each opening tag, as a browser would find them."""
    return re.findall(r"<([a-zA-Z][^\s>/]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", page)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_text_runs_or_leads_astray(text: str) -> None:
    page = html(text)
    for name, attributes in tags_of(page):
        assert name in _TAGS, page
        names = re.findall(r"([a-zA-Z-]+)(?:=|\s|$)", re.sub(r"\"[^\"]*\"", "", attributes))
        assert set(names) <= _ATTRIBUTES, page
    for address in re.findall(r'href="([^"]*)"', page):
        assert re.match(r"/runbooks/|#|https?://", address), page


def test_links_lead_to_pages_that_are_here_and_others_show_their_path() -> None:
    assert '<a href="/runbooks/backlog">see</a>' in html("[see](backlog.md)")
    assert '<a href="/runbooks/backlog#repair">see</a>' in html("[see](./backlog.md#repair)")
    assert '<a href="/runbooks">all</a>' in html("[all](README.md)")
    assert "files (<code>../../docs/files.md</code>)" in html("[files](../../docs/files.md)")
    assert "gone (<code>no_such.md</code>)" in html("[gone](no_such.md)")
    assert 'rel="noopener noreferrer"' in html("[AWS](https://docs.aws.amazon.com/x)")


def test_commands_have_a_button_and_their_output_has_none() -> None:
    assert "data-copy" in html("```bash\nlab heal\n```")
    assert "data-copy" in html("```bash aws-only\naws sqs\n```")
    assert "data-copy" not in html("```text\n✓ done\n```")


def test_a_fold_is_one_and_its_content_is_markdown() -> None:
    page = html("<details><summary>Rehearse & *see*</summary>\n\n```bash\nlab up\n```\n\n</details>\n\nafter")
    assert page.startswith("<details><summary>Rehearse &amp; *see*</summary>")
    assert page.index("lab up") < page.index("</details>") < page.index("after")


def test_a_fold_that_does_not_end_is_text() -> None:
    assert "<details>" not in html("<details><summary>x</summary>\n\ntext")


def test_headings_are_below_the_pages_and_the_title_is_the_pages() -> None:
    text = "# Title\n\n## First\n"
    assert title_of(text) == "Title"
    assert "Title" not in html(text)
    assert "<h3>First</h3>" in str(as_html(text, runbooks.address_of, deeper=1))


def test_a_table_scrolls_by_itself_and_its_head_is_one() -> None:
    page = html("| a | b |\n|---|---|\n| 1 | 2 |")
    assert '<div class="wide" tabindex="0"' in page
    assert '<th scope="col">a</th>' in page


@pytest.mark.parametrize("runbook", runbooks.runbooks(), ids=lambda each: each.name)
def test_every_runbook_is_shown_whole(runbook: runbooks.Runbook) -> None:
    page = str(runbook.html())
    assert runbook.title not in ("", runbook.name)
    assert "&lt;details" not in page
    assert page.count("data-copy") == runbook.text.count("```bash")
    assert page.count("<a ") == runbook.text.count("]("), "a link that leads nowhere here"


def test_a_runbook_is_found_by_the_path_that_descriptions_name() -> None:
    found = runbooks.at_path("ops/runbooks/backlog.md")
    assert found is not None
    assert (found.name, found.address) == ("backlog", "/runbooks/backlog")
    index = runbooks.at_path("ops/runbooks/README.md")
    assert index is not None
    assert index.address == "/runbooks"


@pytest.mark.parametrize(
    "path",
    ["docs/files.md", "ops/runbooks/../../README.md", "ops/runbooks/x.md", "backlog.md", "", "/etc/passwd"],
)
def test_no_other_path_is_a_runbook(path: str) -> None:
    assert runbooks.at_path(path) is None


def test_the_runbooks_are_those_of_the_repository() -> None:
    files = {path.stem for path in (REPOSITORY / "ops/runbooks").glob("*.md")}
    assert {each.name for each in runbooks.runbooks()} == files - {"README"}
