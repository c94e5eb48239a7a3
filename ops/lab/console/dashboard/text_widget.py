"""Text widget of a dashboard: its markdown as HTML, without any HTML of its own.

"Properties of a Text Widget Object" of the page that `body` names; a `background` changes nothing here.
"""

import re

from markupsafe import Markup

from ops.lab.console.alarms import markdown

# "[button:Text](address)" and "[button:primary:Text](address)" are the dashboard's own: user guide, "Add or
# remove a text widget". They are links here.
_BUTTON = re.compile(r"\[button:(?:primary:)?([^\]]*)\]")
# h1 is the page's, and h2 each widget's.
_DEEPER = 2


def text_as_html(text: str) -> Markup:
    """The text with its links to other sites, and headings below that of the page.

    A picture is a link: no page of the console loads anything from elsewhere.
    """
    linked = _BUTTON.sub(r"[\1]", text)
    return markdown.as_html(linked, _address_of, deeper=_DEEPER, without_title=False)


def _address_of(link: str) -> str | None:
    """The link where it names a site. One within AWS's console leads nowhere from here: its path is shown."""
    return link if link.startswith(("https://", "http://")) else None
