"""Text widget of a dashboard: its markdown as HTML, without any HTML of its own.

"Properties of a Text Widget Object" of the page that `body` names; a `background` changes nothing here.
"""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

# "[button:Text](address)" and "[button:primary:Text](address)" are the dashboard's own: user guide, "Add or
# remove a text widget". They are links here.
_BUTTON = re.compile(r"\[button:(?:primary:)?([^\]]*)\]")
# h1 is the page's, and h2 each widget's.
_DEEPER, _DEEPEST = 2, 6


def as_html(markdown: str) -> Markup:
    """Headings become deeper by two, below the page's own; a picture becomes the link to it.

    markdown-it escapes HTML, and refuses links by javascript:, vbscript:, file: and data:. A picture would be
    loaded from another site, which no page of the console does.
    """
    renderer = _renderer()
    tokens = renderer.parse(_BUTTON.sub(r"[\1]", markdown))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _DEEPER, _DEEPEST)}"
    return Markup(renderer.renderer.render(tokens, renderer.options, {}))  # HTML is off


def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
