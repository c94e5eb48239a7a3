"""Open pages of the console in Chromium, with what the browser itself measured of them."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ops.lab.bench.open_page import TimedRequest
from ops.lab.errors import Refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_MOST_ENTRIES = 100_000
_KEEP_ALL = f"performance.setResourceTimingBufferSize({_MOST_ENTRIES})"
_ENTRIES = """() => ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
  .filter((each) => each.responseEnd > 0)
  .map((each) => [each.name, (performance.timeOrigin + each.startTime) / 1000,
    (each.responseEnd - (each.requestStart || each.startTime)) / 1000])"""
_FIRST_PICTURE = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null"""


@dataclass(frozen=True)
class ChromiumPages:
    """The pages that are open; used by the thread that opened them alone."""

    pages: Sequence["Page"]

    @property
    def requests(self) -> list[TimedRequest]:
        """From the first byte that a page sent to the last that it got, each."""
        found = [entry for page in self.pages for entry in page.evaluate(_ENTRIES)]
        return [TimedRequest(urlsplit(name).path, at, seconds) for name, at, seconds in found]

    @property
    def first_pictures(self) -> dict[str, float]:
        """Milliseconds from opening a page to its first content, by its path."""
        seen = {urlsplit(page.url).path: page.evaluate(_FIRST_PICTURE) for page in self.pages}
        return {path: round(milliseconds) for path, milliseconds in seen.items() if milliseconds is not None}


@contextmanager
def chromium_pages(root: str, paths: Sequence[str]) -> Iterator[ChromiumPages]:
    """Each path in a window of its own, until the block ends. Raises Refused where it cannot be had."""
    try:
        from playwright.sync_api import sync_playwright  # an extra: `scenarios`
    except ImportError as error:
        raise Refused("--browser needs Playwright", hint="pip install '.[scenarios]'") from error
    path = os.environ.get("LAB_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise Refused(
            "--browser needs Chromium", hint="apt-get install chromium, or LAB_CHROMIUM=/path/to/it"
        )
    # Its sandbox refuses root.
    arguments = ["--disable-background-networking", *(("--no-sandbox",) if os.getuid() == 0 else ())]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            pages = []
            for each in paths:
                page = browser.new_context().new_page()
                page.add_init_script(_KEEP_ALL)
                page.goto(root + each, wait_until="load")
                pages.append(page)
            yield ChromiumPages(pages)
        finally:
            browser.close()
