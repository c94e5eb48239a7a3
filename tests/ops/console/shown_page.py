"""What a page shows, read as a browser reads it: its text, its elements, and whether any of it could run."""

from html.parser import HTMLParser

# Text that would run, or break out of its place, in a page that does not escape.
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</pre></textarea></title><iframe src=javascript:alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; \u202e\ufeff\x7f",
)
_NEVER = {"script", "img", "iframe", "object", "embed", "style", "link", "base", "meta", "b1"}


class ShownPage(HTMLParser):
    """`text` is what a person reads, `links` where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def links(self) -> list[str]:
        return [attributes.get("href") or "" for tag, attributes in self.elements if tag == "a"]

    def can_run(self) -> list[str]:
        """Elements and attributes of a fragment by which something would run."""
        found = [tag for tag, _ in self.elements if tag in _NEVER]
        for _, attributes in self.elements:
            found += [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
        return found + [
            each for each in self.links if each.lower().lstrip().startswith(("javascript", "data"))
        ]
