"""Visitor of the console: opens its pages in a browser, and keeps what the browser complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

from ops.lab.console.serving.console_process import RunningConsole
from scenarios.console.controls import WATCH_CLICKS

# Of a machine that is busy otherwise.
PATIENCE_SECONDS = 60.0
_LOADED = """() => {
  const line = document.getElementById("connection");
  return Boolean(window.htmx) && line && line.hidden && !document.querySelector(".htmx-request");
}"""


# By how much a page is wider than its window: what scrolls in a region of its own does not count.
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Appearance:
    """What a page is seen with."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"


LIGHT = Appearance("light", 1280, 900)
DARK = Appearance("dark", 1280, 900, "dark")
NARROW = Appearance("400px", 400, 800)
HUGE = Appearance("4k", 3840, 2160)


@dataclass
class Visit:
    """A page that is open. `complaints` are the browser's errors, `dialogs` what it asked the person."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    agrees: bool = False

    def asked(self, dialog: Dialog) -> None:
        """Keep what is asked, and answer as this visitor does."""
        self.dialogs.append(dialog.message)
        if self.agrees:
            dialog.accept()
        else:
            dialog.dismiss()

    @property
    def overflow(self) -> int:
        """By how many pixels the page has to be scrolled sideways."""
        return int(self.page.evaluate(_OVERFLOW))

    def expect_text(self, text: str, *, within: float = PATIENCE_SECONDS) -> None:
        """Wait until the page shows the text."""
        self.page.get_by_text(text).first.wait_for(timeout=within * 1000)

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press the button of exactly this name, in a part of the page or in the whole."""
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def expect(self, place: str, text: str, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the first such place of the page shows the text."""
        expect(self.page.locator(place).first).to_contain_text(text, timeout=seconds * 1000)

    def take_picture(self, path: Path, *, whole: bool = False) -> None:
        """Write what is seen as PNG; `whole` also what has to be scrolled to.

        With its caret: to hide it Playwright gives each input a style, which htmx copies when it puts a new
        part in place just then, and the page's Content-Security-Policy refuses.
        """
        self.page.screenshot(path=path, full_page=whole, caret="initial")

    def settle(self) -> None:
        """Wait until the page has heard of a look that went well, and nothing is on its way."""
        self.page.wait_for_function(_LOADED, timeout=PATIENCE_SECONDS * 1000)


class Visitor:
    """A person with a browser and the address that `lab up` printed.

    `did` has what the browser asked for and which buttons were pressed, by the names of controls.
    """

    def __init__(self, browser: Browser, console: RunningConsole) -> None:
        self.browser = browser
        self.console = console
        self.did: list[str] = []

    @property
    def root(self) -> str:
        """The console's address, without its token."""
        return f"http://127.0.0.1:{self.console.port}"

    @contextmanager
    def visit(self, path: str = "/", look: Appearance = LIGHT, *, agrees: bool = False) -> Iterator[Visit]:
        """The page at `path`, in a browser that has seen nothing before. `agrees`: to each question."""
        context = self.new_context(look)
        try:
            yield self.open(context, path, agrees=agrees)
        finally:
            context.close()

    def new_context(self, look: Appearance = LIGHT) -> BrowserContext:
        """A browser of its own, without cookies and storage of another."""
        context = self.browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        context.expose_function("labPressed", lambda name: self.did.append(name))
        context.add_init_script(WATCH_CLICKS)
        context.on("request", lambda asked: self.did.append(f"{asked.method} {urlsplit(asked.url).path}"))
        return context

    def open(self, context: BrowserContext, path: str = "/", *, agrees: bool = False) -> Visit:
        """The page in a new tab, once it has loaded."""
        visit = Visit(context.new_page(), agrees=agrees)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("dialog", visit.asked)
        visit.page.on(
            "console",
            lambda said: visit.complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        visit.page.goto(f"{self.root}{path}#token={self.console.token}", wait_until="load")
        return visit
