"""Every page of the console: no error in the browser, usable by everyone, and seen in each look."""

from pathlib import Path

import pytest

from ops.lab.app.traffic import send_events
from ops.lab.console.pages import PAGES
from scenarios.console.accessibility import AXE, findings
from scenarios.console.visitor import DARK, HUGE, LIGHT, NARROW, Appearance, Visit, Visitor
from scenarios.deployed import Deployed

LOOKS = (LIGHT, DARK, NARROW)

# How far a person tabs before it is long enough; how the focused element is told from others.
_TABS = 40
_FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  const box = document.activeElement.getBoundingClientRect();
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.right > 0;
}"""

each_page = pytest.mark.parametrize("path", [page.path for page in PAGES])


@pytest.fixture(scope="module", autouse=True)
def _something_to_show(deployed: Deployed) -> None:
    """Events that succeeded, and dead letters."""
    send_events(deployed.target, 20)
    for number in range(3):
        deployed.target.sqs.send_message(
            QueueUrl=deployed.target.output("DlqUrl"), MessageBody=f'{{"orderId":"o-{number}","amount":-1}}'
        )


@each_page
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_each_page_works_without_complaints_for_everyone(
    path: str, look: Appearance, visitor: Visitor, pictures: Path
) -> None:
    with visitor.visit(path, look) as visit:
        visit.settle()
        visit.take_picture(pictures / f"{_name(path)}-{look.name}.png", whole=True)
        assert visit.complaints == []
        assert visit.overflow == 0
        if AXE.is_file():  # not in an installed lab
            assert findings(visit.page) == []
        if look is LIGHT:
            _walk(visit)


def test_the_pipeline_fills_a_large_screen(visitor: Visitor, pictures: Path) -> None:
    with visitor.visit("/", HUGE) as visit:
        visit.settle()
        visit.take_picture(pictures / "pipeline-4k.png")
        assert visit.overflow == 0
        assert visit.complaints == []


def _walk(visit: Visit) -> None:
    """By Tab alone: the link past the navigation first, and the focus seen wherever it goes."""
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    assert visit.page.evaluate(_FOCUS_IS_SEEN)
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "content"
    unseen = []
    for _ in range(_TABS):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement === document.body"):
            break
        if not visit.page.evaluate(_FOCUS_IS_SEEN):
            unseen.append(visit.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    assert unseen == []


def _name(path: str) -> str:
    return path.strip("/").replace("/", "-") or "pipeline"
