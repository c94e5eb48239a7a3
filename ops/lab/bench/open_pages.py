"""Open pages of the console while something is measured: what they asked for, how far they were behind."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import pairwise

from ops.lab.bench.chromium_pages import ChromiumPages, chromium_pages
from ops.lab.bench.open_page import OpenPage, TimedRequest
from ops.lab.errors import CommandError
from ops.lab.report.latencies import SecondsSpread
from ops.lab.waiting import eventually

# What a person has open in an incident.
OPEN_PATHS = ("/", "/dead-letters", "/timeline")
_OPEN_WITHIN_SECONDS = 120


class OpenPages:
    """The pages of `OPEN_PATHS`, in Chromium or without a browser, for as long as `opened` says.

    `ages` are how old figures were when newer ones took their place, by the part that shows them.
    `first_pictures`, which is written to, the most milliseconds from opening a page to its first picture, by
    path: pages that are opened several times may share it.
    """

    def __init__(self, root: str, first_pictures: dict[str, float], *, browser: bool) -> None:
        self._root = root
        self._browser = browser
        self.requests: list[TimedRequest] = []
        self.looks: list[list[float]] = []
        self.ages: dict[str, list[float]] = defaultdict(list)
        self._first_pictures = first_pictures

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The block runs once each page has its first picture.

        Raises CommandError where a page could not be had, or lost its feed, meanwhile; WaitTimedOut where
        one has no picture.
        """
        if self._browser:
            with chromium_pages(self._root, OPEN_PATHS) as pages:
                yield
                self._keep_of_chromium(pages)
            return
        with ExitStack() as ends:
            simulated = [ends.enter_context(OpenPage(self._root, path)) for path in OPEN_PATHS]
            for page in simulated:
                eventually(
                    partial(_settled, page),
                    within=_OPEN_WITHIN_SECONDS,
                    what=f"the first picture of {page.path}",
                )
            yield
        for page in simulated:
            self._keep(page)

    def _keep(self, page: OpenPage) -> None:
        if page.problem:
            raise CommandError(f"the open page {page.path} had a problem: {page.problem}")
        self.requests += page.requests
        self.looks.append(page.looks)
        for address, ages in page.ages.items():
            self.ages[address] += ages
        self._keep_first_picture(page.path, (page.first_picture or 0.0) * 1000)

    def _keep_of_chromium(self, pages: ChromiumPages) -> None:
        self.requests += pages.requests
        for path, milliseconds in pages.first_pictures.items():
            self._keep_first_picture(path, milliseconds)

    def _keep_first_picture(self, path: str, milliseconds: float) -> None:
        self._first_pictures[path] = max(round(milliseconds), self._first_pictures.get(path, 0))

    @property
    def gaps(self) -> SecondsSpread:
        """The seconds between two looks that a page heard of."""
        return SecondsSpread.of([later - earlier for own in self.looks for earlier, later in pairwise(own)])

    @property
    def age_spreads(self) -> dict[str, SecondsSpread]:
        return {address: SecondsSpread.of(ages) for address, ages in self.ages.items()}


def _settled(page: OpenPage) -> bool:
    return bool(page.problem or page.first_picture)
