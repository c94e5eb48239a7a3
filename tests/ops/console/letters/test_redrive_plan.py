"""Redrive plan: what would move and what would be parked, in jobs that the API takes."""

import pytest

from functions.redrive.parameters import MAX_KEYS, start_parameters
from ops.lab.console.letters.letter_filter import LetterFilter
from ops.lab.console.letters.redrive_plan import RedrivePace, RedrivePlan, turns
from ops.lab.errors import Refused
from tests.ops.console.letters.stand_in_letters import letter

POISON = ("SchemaValidationError", "VALIDATION")


def test_tells_what_would_move_and_what_would_be_parked() -> None:
    letters = [letter("a", POISON), letter("b", redrives=3), letter("c", redrives=2, visible="false")]
    plan = RedrivePlan(letters, RedrivePace(jitter=5, rate=1))
    assert (plan.moved, dict(plan.parked), plan.in_flight) == (2, {"RedrivenTooOften": 1}, 1)
    assert plan.errors[POISON] == 1
    assert (plan.sending_seconds, plan.longest_delay_seconds) == (2, 45)  # 5, and 40 of the third redrive
    assert dict(RedrivePlan(letters, RedrivePace(max_redrives=4)).parked) == {}


def test_the_api_takes_what_the_form_gives() -> None:
    pace = RedrivePace.of({"jitter": "900", "rate": "1000", "max_redrives": "0"})
    body = pace.filters(["a"], 7, LetterFilter(error="TIMEOUT", min_age=60)).for_start()
    assert start_parameters(body).as_document() == body
    assert RedrivePace.of({}) == RedrivePace(0, None, 3)


@pytest.mark.parametrize(
    "form", [{"jitter": "901"}, {"rate": "0"}, {"max_redrives": "101"}, {"rate": "fast"}, {"jitter": "-1"}]
)
def test_what_the_api_would_refuse_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(Refused):
        RedrivePace.of(form)


def test_turns_name_each_key_once_and_no_more_than_a_job_takes() -> None:
    letters = [letter(f"key-{number % 150}", message_id=f"id-{number}") for number in range(300)]
    made = turns(letters)
    keys = [{each.key for each in turn} for turn in made]
    assert [len(each) for each in keys] == [MAX_KEYS, 50]
    assert not keys[0] & keys[1]
    assert sum(map(len, made)) == 300
    assert turns([]) == []
