"""A crash at any call, or at any row, loses no row and repeats none unrecorded."""

import pytest

from tests.functions.crash_model.crash import Crash
from tests.functions.files.crash_model.stories import GOOD, STORIES, TAINTED, Story


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The run without a crash tells which calls there are."""
    if "crash" in metafunc.fixturenames:
        cases = {
            f"{story.name}-{name}": (story, crash)
            for story in STORIES
            for name, crash in story.crashes().items()
        }
        metafunc.parametrize(("story", "crash"), cases.values(), ids=cases.keys())


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_nothing_is_violated_without_a_crash(story: Story) -> None:
    assert story.run() == []


def test_nothing_is_violated_whatever_crashes(story: Story, crash: Crash) -> None:
    assert story.run(crash) == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("row", [row for row in range(1, len(GOOD) + 1) if GOOD[row - 1] in TAINTED])
def test_nothing_is_violated_whichever_row_is_the_last(row: int, after: bool) -> None:
    story = Story("killed", TAINTED, rejected=(2, 5))
    assert story.run(kills_at=(f"o{row}", after)) == []
