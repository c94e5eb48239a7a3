"""What a page that is open says while the lab, or the console, is gone; and that it goes on by itself."""

from scenarios.console.conftest import ServedConsole
from scenarios.console.visitor import PATIENCE_SECONDS, Visit, Visitor


def _await_line(visit: Visit, *, shown: bool) -> str:
    """What the page says of its connection, once it says something, or nothing."""
    line = visit.page.locator("#connection")
    line.wait_for(state="visible" if shown else "hidden", timeout=2 * PATIENCE_SECONDS * 1000)
    return line.inner_text() if shown else ""


def test_while_the_emulator_is_gone_it_says_so_and_then_goes_on(
    visitor: Visitor, served: ServedConsole
) -> None:
    with visitor.visit() as visit:
        visit.settle()
        served.doorway.shut()
        try:
            said = _await_line(visit, shown=True)
            opened_meanwhile = visit.page.context.new_page()
            opened_meanwhile.goto(visitor.root)
            assert opened_meanwhile.get_by_role("heading", level=1).inner_text()
        finally:
            served.doorway.open()
        assert "Not up to date" in said
        assert "lab up" in said
        _await_line(visit, shown=False)


def test_while_the_console_is_gone_it_says_so_and_then_goes_on(
    visitor: Visitor, served: ServedConsole
) -> None:
    with visitor.visit() as visit:
        visit.settle()
        port = served.running.port
        served.stop()
        try:
            said = _await_line(visit, shown=True)
        finally:
            served.start(port)
        assert "The console does not answer" in said
        assert "lab console" in said
        _await_line(visit, shown=False)

        # It reads again; what changes something needs the new address, and is told so.
        visit.page.get_by_role("button", name="Heal").first.click()
        visit.expect_text("open the address that the console printed")
