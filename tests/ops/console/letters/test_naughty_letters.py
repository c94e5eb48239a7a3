"""What a sender puts into a message is text on every page, whatever it is."""

import json
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from functions.common.sqs_message import text_attribute
from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.target import Target
from ops.lab.console.pages import letters as letters_page
from tests.ops.console.letters.conftest import ListedQueues
from tests.ops.console.letters.stand_in_letters import item, message

MARK = "naughty"
NAUGHTY = [
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"'><svg/onload={MARK}()>",
    f'{MARK}" onmouseover="{MARK}()" x="',
    f"</textarea><script>{MARK}()</script>",
    f"</title></style></pre></code><iframe src=javascript:{MARK}()>",
    f"{{{{ {MARK} }}}}{{% for x in {MARK} %}}${{{MARK}}}",
    f"<!--{MARK}--><![CDATA[{MARK}]]>",
    f"[{MARK}](javascript:{MARK}()) **{MARK}** `{MARK}`",
    f"&lt;{MARK}&gt;&#60;script&#62;",
    f"\u202e{MARK}\u202d\u200b\u2066\ufeff",
    f"{MARK}\x00\x01\x08\x1b[31m\x7f",
    f"{MARK} \ud800 \udfff",
    f'{{"{MARK}": "\\ud800<b>", "</script>": [1e400]}}',
    f"[{MARK}" + "[" * 100_000,
    MARK + "ß漢𝔘" * 50_000,
    f"\n\n{MARK}\r\n\t",
    f"javascript:{MARK}()",
    f"-->{MARK}<x hx-get=/{MARK} hx-trigger=load>",
]
# Elements of the pages' own templates.
_OURS = """
html head meta title link script body a header p nav ul li b main h1 h2 div form input label select option
optgroup button section fieldset legend span table caption thead tr th tbody td bdi time code dl dt dd pre
details summary textarea br progress
"""
ELEMENTS = frozenset(_OURS.split())


class Seen(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.inside: list[str] = []
        self.scripts = ""
        self.declarations: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.inside.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.inside and self.inside[-1] == "script":
            self.scripts += data

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_comment(self, data: str) -> None:
        self.declarations.append(data)

    def unknown_decl(self, data: str) -> None:
        self.declarations.append(data)


def assert_only_text(page: str) -> Seen:
    seen = Seen(page)
    assert seen.elements <= ELEMENTS
    for tag, name, value in seen.attributes:
        assert not name.startswith("on"), (tag, name)
        assert MARK not in name
        if MARK in value:  # a field's own value, a name for a screen reader, or a part of an address of ours
            assert (tag, name) in {
                ("input", "value"),
                ("input", "aria-label"),
                ("option", "value"),
                ("tr", "id"),
            } or (name in {"href", "hx-get", "hx-post"} and value.startswith(("/dead-letters", "/story/"))), (
                tag,
                name,
                value,
            )
        if name in {"href", "src", "hx-get", "hx-post", "action"}:
            assert value.startswith(("/", "#", "data:,")), (tag, name, value)
    assert seen.scripts.strip() == ""
    assert not any(MARK in each for each in seen.declarations)
    return seen


def naughty_message(number: int, text: str) -> dict[str, Any]:
    """The text in every place that a sender may fill."""
    made = message(
        text,
        text,
        message_id=f"<{MARK}\"'{number}>",
        attributes={text: text_attribute(text), "type": {"DataType": text[:300], "StringValue": "x"}},
        system={text[:50]: text, "AWSTraceHeader": f"Root={text}"},
    )
    made["MessageAttributes"]["parkedReason"] = text_attribute(text)
    made["MessageAttributes"]["errorTypeCandidate"] = text_attribute(text)
    return made


@pytest.fixture
def messages(lab: Target, queues: ListedQueues) -> list[dict[str, Any]]:
    made = [naughty_message(number, text) for number, text in enumerate(NAUGHTY)]
    queues.messages = {"dlq": made, "parked": made}
    return made


@pytest.mark.parametrize("queue", ["dlq", "parked"])
def test_the_table_shows_them_as_text(page: TestClient, messages: list[Any], queue: str) -> None:
    for path in ("/table", "/plan", "/purge", ""):
        answer = page.get(f"/dead-letters{path}", params={"queue": queue, "scope": "all"})
        assert answer.status_code == 200, path
        seen = assert_only_text(answer.text)
    for text in NAUGHTY[:4]:
        assert text in seen.text


def test_a_letter_shows_it_as_text(
    page: TestClient, messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[FunctionLogLine] = []
    monkeypatch.setattr(letters_page, "deployed_functions", lambda _: [])
    monkeypatch.setattr(letters_page, "find_lines", lambda *_: lines)
    for made in messages:
        address = f"/dead-letters/{quote(made['MessageId'], safe='')}"
        lines[:] = [
            FunctionLogLine(FunctionName.WORKER, 1_790_000_000_000, text)
            for text in (made["Body"], json.dumps({"message": made["Body"], "errorType": made["Body"]}))
        ]
        for path in (address, f"{address}/logs"):
            answer = page.get(path)
            assert answer.status_code == 200
            seen = assert_only_text(answer.text)
            assert MARK in seen.text


def test_the_filter_shows_it_as_text(page: TestClient, messages: list[Any]) -> None:
    for text in NAUGHTY:
        asked = text[:200].encode("utf-8", "replace").decode()
        answer = page.get("/dead-letters", params={"error": asked, "key": asked, "body": asked})
        assert answer.status_code == 200
        assert_only_text(answer.text)
        refused = page.get("/dead-letters", params={"queue": asked, "min_age": asked})
        assert refused.status_code == 409
        assert_only_text(refused.text)


def test_an_export_has_them_unchanged(page: TestClient, messages: list[Any]) -> None:
    answer = page.get("/dead-letters/export", params={"scope": "all"})
    lines = answer.text.splitlines()
    assert all(line.isascii() for line in lines)
    assert sorted(json.loads(line)["MessageBody"] for line in lines) == sorted(NAUGHTY)


def test_a_key_of_the_tables_error_is_text(page: TestClient, lab: Target, queues: ListedQueues) -> None:
    made = message("key-1")
    queues.messages["dlq"] = [made]
    bad = "<script>naughty()</script>"
    lab.dynamodb.put_item(
        TableName="state",
        Item=item("key-1", made["Body"], errorType=bad, errorCategory="VALIDATION", firstSeenAt=bad),
    )
    seen = assert_only_text(page.get("/dead-letters").text)
    assert bad in seen.text


def test_the_check_finds_what_runs() -> None:
    for bad in (
        f"<script>{MARK}()</script>",
        f"<p onclick='{MARK}()'>",
        "<img>",
        f"<a href='javascript:{MARK}()'>x</a>",
        f"<p {MARK}>",
    ):
        with pytest.raises(AssertionError):
            assert_only_text(bad)
