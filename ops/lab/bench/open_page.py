"""Open page of the console, without a browser: asks for what the page in a browser asks for, and times it."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import urllib3

from ops.lab.errors import CommandError

# As many connections as a browser has to one host, less that of the feed.
_CONNECTIONS = 5
_TIMEOUT_SECONDS = 60.0
_LOOK = "lab:look"
_THROTTLE = "throttle:"


@dataclass
class PagePart:
    """What a page asks for again with each look, at most every `every` seconds; `due` by time.monotonic().

    A source of `data` says itself, by `refresh`, when it is worth asking again. `shown` is the moment of the
    figures that it shows (epoch seconds), 0 before any.
    """

    address: str
    every: float = 0.0
    is_data: bool = False
    due: float = 0.0
    asked: bool = False
    shown: float = 0.0
    answered: bool = False


@dataclass(frozen=True)
class TimedRequest:
    """`address` without its query; `at` in epoch seconds when it began, and how many seconds it took."""

    address: str
    at: float
    seconds: float


@dataclass
class OpenPage:
    """Use as a context manager: it is open for as long. `looks` are when it heard of one, in epoch seconds.

    `ages` are how many seconds old figures were when newer ones took their place, by the address of what
    shows them: of parts that are asked for with each look, and of data. `first_picture` is how many seconds
    after it was opened the page and each of its parts was there. `problem` is the first answer that was none
    of 200.
    """

    root: str
    path: str
    requests: list[TimedRequest] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    ages: dict[str, list[float]] = field(default_factory=dict)
    first_picture: float | None = None
    problem: str = ""
    _closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "OpenPage":
        self._pool = urllib3.PoolManager(maxsize=_CONNECTIONS, block=True, retries=False)
        self._askers = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix=f"page {self.path}")
        self._opened = time.perf_counter()
        self._parts = parts_of(self._ask(self.path))
        if self.problem:
            raise CommandError(f"the console's page {self.path} cannot be opened: {self.problem}")
        self._reader = threading.Thread(target=self._follow, name=f"feed of {self.path}", daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._reader.join(_TIMEOUT_SECONDS)
        self._askers.shutdown()
        self._pool.clear()

    def _follow(self) -> None:
        """Read the feed, and ask for what is due with each look."""
        connection = http.client.HTTPConnection(urlsplit(self.root).netloc, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("GET", "/feed")
            for line in connection.getresponse():
                if self._closing.is_set():
                    return
                if line.startswith(b"data: "):
                    self.looks.append(time.time())
                    self._ask_for_what_is_due(json.loads(line.removeprefix(b"data: ")).get("at", 0.0))
                    self._note_first_picture()
        except (OSError, http.client.HTTPException) as error:
            self.problem = self.problem or f"the feed ended: {error}"
        finally:
            connection.close()

    def _ask_for_what_is_due(self, looked: float) -> None:
        """`looked` is when the look that the page hears of was taken."""
        now = time.monotonic()
        for part in self._parts:
            if not part.asked and now >= part.due:
                part.asked, part.due = True, now + part.every
                self._askers.submit(self._ask_for, part, looked)

    def _ask_for(self, part: PagePart, looked: float) -> None:
        text = self._ask(part.address)
        if part.is_data:
            part.due = time.monotonic() + refresh_of(text)
            looked = moment_of(text)
        if not part.every and looked > part.shown:
            self._show(part, looked)
        part.asked, part.answered = False, True
        self._note_first_picture()

    def _show(self, part: PagePart, moment: float) -> None:
        if part.shown:
            self.ages.setdefault(urlsplit(part.address).path, []).append(time.time() - part.shown)
        part.shown = moment

    def _note_first_picture(self) -> None:
        if self.first_picture is None and all(part.answered for part in self._parts):
            self.first_picture = time.perf_counter() - self._opened

    def _ask(self, address: str) -> str:
        at, began = time.time(), time.perf_counter()
        try:
            answer = self._pool.request(
                "GET", self.root + address, headers={"HX-Request": "true"}, timeout=_TIMEOUT_SECONDS
            )
            status, text = answer.status, answer.data.decode(errors="replace")
        except urllib3.exceptions.HTTPError as error:
            status, text = 0, str(error)
        self.requests.append(TimedRequest(urlsplit(address).path, at, time.perf_counter() - began))
        if status != http.HTTPStatus.OK:
            self.problem = self.problem or f"{address}: {status} {text[:200]}"
        return text


def refresh_of(text: str) -> float:
    """After how many seconds data is asked for again, as plots.js does; 2 where it was not had."""
    return max(0.0, _number_of(text, "refresh", 2.2) - 0.2)


def moment_of(text: str) -> float:
    """Until when data tells, in epoch seconds; 0 where it was not had."""
    return _number_of(text, "to", 0.0)


def _number_of(text: str, name: str, otherwise: float) -> float:
    try:
        return float(json.loads(text)[name])
    except (ValueError, KeyError, TypeError):
        return otherwise


def parts_of(html: str) -> Sequence[PagePart]:
    """What the page asks for with each look."""
    reader = _PartReader()
    reader.feed(html)
    return reader.parts


class _PartReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[PagePart] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        trigger = given.get("hx-trigger", "")
        if "hx-get" in given and _LOOK in trigger:
            self.parts.append(PagePart(given["hx-get"], every=_throttle(trigger)))
        if "data-source" in given:
            self.parts.append(PagePart(given["data-source"], is_data=True))


def _throttle(trigger: str) -> float:
    """Of `lab:look from:body throttle:2s`."""
    own = next(each for each in trigger.split(",") if _LOOK in each)
    text = next((word for word in own.split() if word.startswith(_THROTTLE)), "")
    return float(text.removeprefix(_THROTTLE).removesuffix("s") or 0)
