"""Headers of a request answer as werkzeug's do, after whatever was done to them."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from lab_emulator.http_server.request_headers import RequestHeaders

PAIRS = [
    ("Host", "a"),
    ("X-Amz-Target", "T.Op"),
    ("accept", "x"),
    ("Accept", "y"),
    ("Empty", ""),
    ("Count", "3"),
]
NAMES = ("host", "Accept", "ACCEPT", "x-amz-target", "empty", "count", "New", "Other", "missing")
CHANGES: list[Callable[[Any], Any]] = [
    lambda headers: headers.add("New", "1"),
    lambda headers: headers.set("Accept", "z"),
    lambda headers: headers.__setitem__("host", "b"),
    lambda headers: headers.__delitem__("Accept"),
    lambda headers: headers.remove("empty"),
    lambda headers: headers.pop("count"),
    lambda headers: headers.pop(),
    lambda headers: headers.popitem(),
    lambda headers: headers.update({"Accept": "u", "Other": ["1", "2"]}),
    lambda headers: headers.extend([("Other", "e")]),
    lambda headers: headers.setlist("Host", ["c", "d"]),
    lambda headers: headers.setdefault("New", "d"),
    lambda headers: headers.clear(),
]


def seen(headers: Any) -> list[Any]:
    """What each way of looking finds."""
    found = [(headers.get(name), name in headers, headers.getlist(name)) for name in NAMES]
    whole = (list(headers), len(headers), str(headers), headers.to_wsgi_list())
    numbers = [headers.get("count", default=7, type=int), headers.get("host", default=7, type=int)]
    return [found, whole, numbers, headers.get("missing", "d")]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(change: Callable[[Any], Any]) -> None:
    plain, indexed = Headers(PAIRS), RequestHeaders(PAIRS)
    assert seen(indexed) == seen(plain)
    assert change(indexed) == change(plain)
    assert seen(indexed) == seen(plain)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_changes_by_itself(copied: Callable[[Any], Any]) -> None:
    headers = RequestHeaders(PAIRS)
    assert headers["host"] == "a"
    other = copied(headers)
    other["Host"] = "b"
    assert (headers["host"], other["host"]) == ("a", "b")


def test_a_missing_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        RequestHeaders(PAIRS)["missing"]
