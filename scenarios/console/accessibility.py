"""Accessibility of an open page, as axe-core finds it (https://github.com/dequelabs/axe-core)."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from ops.lab.repository import REPOSITORY

AXE = REPOSITORY / "ops" / "lab" / "report" / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = ("serious", "critical")
# WCAG 2.2 AA and what comes before it, and axe-core's own rules of good practice.
_RUN = """() => axe.run(document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})"""


def findings(page: Page) -> list[str]:
    """Each serious or critical finding: the rule, what it wants, and the elements that miss it."""
    page.evaluate(_source(AXE))
    violations = page.evaluate(_RUN)["violations"]
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: "
        + ", ".join(" ".join(map(str, node["target"])) for node in each["nodes"][:5])
        for each in violations
        if each["impact"] in _GRAVE
    ]


@cache
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")
