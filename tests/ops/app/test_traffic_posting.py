"""Posting of many events over threads."""

import time
from collections.abc import Iterator

import pytest

from ops.lab.app.api import ApiAnswer
from ops.lab.app.traffic import post_until_unanswered

_MANY = 100


def test_ctrl_c_while_events_are_handed_over_begins_no_other() -> None:
    posted: list[int] = []

    def post(number: int) -> ApiAnswer:
        posted.append(number)
        time.sleep(0.05)  # what a request takes
        return ApiAnswer(202, {})

    def interrupted() -> Iterator[int]:
        yield from range(_MANY)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        post_until_unanswered(post, interrupted(), concurrency=2)
    assert len(posted) < _MANY


def test_what_is_not_begun_after_one_without_an_answer_is_none() -> None:
    answers = post_until_unanswered(
        lambda number: ApiAnswer(202 if number < 3 else 0, {}), range(6), concurrency=1
    )
    assert [None if each is None else each.status for each in answers] == [202, 202, 202, 0, None, None]
