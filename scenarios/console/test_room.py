"""The room of a workshop in a real browser: seen by everyone, runs nothing that attendees write, goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ops.lab.local.directory import LabDirectory
from ops.lab.local.ports import free_port
from ops.lab.room.host.room_book import RoomBook
from scenarios.console.accessibility import AXE, findings
from scenarios.console.hosted_room import HostedRoomProcess, fill
from scenarios.console.naughty_strings import MARK
from scenarios.console.visitor import DARK, HUGE, LIGHT, NARROW, PATIENCE_SECONDS, Appearance, Visitor

PAGES = {"/": "#board table", "/debrief": "#timelines .lane"}
_FOCUS_IS_SEEN = "() => parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2"
_TABS = 60


@pytest.fixture(scope="module")
def hosted(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostedRoomProcess]:
    hosted = HostedRoomProcess(LabDirectory(tmp_path_factory.mktemp("room")), free_port())
    fill(RoomBook(hosted.directory.room))
    try:
        hosted.start()
        yield hosted
    finally:
        hosted.kill()


@pytest.fixture
def facilitator(chromium: Browser, hosted: HostedRoomProcess) -> Visitor:
    return Visitor(chromium, hosted.as_visited)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("look", [LIGHT, DARK, NARROW, HUGE], ids=lambda look: look.name)
def test_each_page_of_a_room_works_for_everyone_and_runs_nothing(
    facilitator: Visitor, pictures: Path, path: str, look: Appearance
) -> None:
    with facilitator.visit(path, look) as visit:
        visit.page.wait_for_selector(PAGES[path], timeout=PATIENCE_SECONDS * 1000)
        for story in visit.page.locator("summary").all():
            story.click()
        visit.settle()
        visit.take_picture(pictures / f"room{path.replace('/', '-')}-{look.name}.png", whole=True)
        assert visit.complaints == []
        assert visit.dialogs == []
        assert visit.overflow == 0
        assert visit.page.evaluate(f"() => window.{MARK} !== undefined") is False
        assert visit.page.locator("main img, main script, main iframe, main a").count() == 0
        if AXE.is_file():  # not in an installed lab
            assert findings(visit.page) == []


@pytest.mark.parametrize("path", PAGES)
def test_each_page_of_a_room_is_used_by_keyboard_alone(facilitator: Visitor, path: str) -> None:
    with facilitator.visit(path) as visit:
        visit.page.wait_for_selector(PAGES[path], timeout=PATIENCE_SECONDS * 1000)
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.className") == "skip"
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("document.activeElement.id") == "content"
        reached = 0
        for _ in range(_TABS):
            visit.page.keyboard.press("Tab")
            if visit.page.evaluate("document.activeElement === document.body"):
                break
            assert visit.page.evaluate(_FOCUS_IS_SEEN)
            reached += 1
        assert reached > 5


def test_who_asks_for_help_is_seen_without_colours(facilitator: Visitor) -> None:
    with facilitator.visit("/") as visit:
        visit.expect_text("asks for help")
        assert visit.page.locator(".asking .who").inner_text() == "Nguyễn Thị Hoa"


def test_the_clock_is_started_a_host_is_killed_and_the_page_goes_on(
    facilitator: Visitor, hosted: HostedRoomProcess
) -> None:
    with facilitator.visit("/") as visit:
        visit.page.fill("#minutes", "45")
        visit.page.get_by_role("button", name="Start anew").click()
        visit.expect_text("The clock runs: 45 minutes.")
        visit.page.wait_for_selector(".clock [data-ticks]", timeout=PATIENCE_SECONDS * 1000)
        hosted.kill()
        visit.expect_text("The room does not answer.")
        hosted.start()
        visit.settle()
        visit.page.wait_for_selector(".clock [data-ticks]", timeout=PATIENCE_SECONDS * 1000)
        assert visit.page.locator("#board tbody tr").count() == 8


def test_the_exports_are_saved_and_open_without_the_host(facilitator: Visitor, tmp_path: Path) -> None:
    with facilitator.visit("/debrief") as visit:
        visit.page.wait_for_selector(".lane", timeout=PATIENCE_SECONDS * 1000)
        with visit.page.expect_download() as saved:
            visit.page.get_by_role("button", name="Save as HTML").click()
        assert saved.value.suggested_filename == "room.html"
        saved.value.save_as(tmp_path / "room.html")
        visit.page.goto((tmp_path / "room.html").as_uri())
        assert visit.page.locator(".lane").count() == 7
        # The style is let through by its hash, or nothing would have its colour.
        assert (
            visit.page.evaluate("getComputedStyle(document.querySelector('.phase')).fill") != "rgb(0, 0, 0)"
        )
        assert visit.page.evaluate(f"() => window.{MARK} !== undefined") is False
        assert visit.complaints == []
        if AXE.is_file():
            assert visit.overflow == 0


def test_without_the_token_a_page_says_what_to_do(chromium: Browser, hosted: HostedRoomProcess) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{hosted.port}/")
    page.get_by_text("lab room serve").first.wait_for(timeout=PATIENCE_SECONDS * 1000)
    assert page.locator("#board table").count() == 0
    context.close()
