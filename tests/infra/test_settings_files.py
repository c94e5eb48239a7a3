"""The settings of the files pipeline, without a synth."""

from typing import Any

import pytest

from infra.settings import Settings
from infra.settings.files import ROUND_MESSAGES, least_visibility_seconds, max_wait_seconds
from infra.synth_errors import SettingsError

LAB = {"envName": "lab"}


def test_the_pipeline_is_deployed_unless_it_is_left_out_and_the_example_only_if_asked_for() -> None:
    assert Settings.from_values({}).csv_pipeline
    assert not Settings.from_values({}).fingerprint_example
    assert not Settings.from_values({"csvPipeline": "false"}).csv_pipeline


def test_lab_has_shorter_clocks_than_dev() -> None:
    dev, lab = Settings.from_values({}), Settings.from_values(LAB)
    assert (dev.csv_stagger_milliseconds, lab.csv_stagger_milliseconds) == (1_000, 100)
    assert (dev.csv_timeout_seconds, lab.csv_timeout_seconds) == (300, 20)
    assert (dev.csv_max_receive_count, lab.csv_max_receive_count) == (5, 3)
    assert lab.csv_visibility_seconds < dev.csv_visibility_seconds


@pytest.mark.parametrize("values", [{}, LAB, LAB | {"csvTimeoutSeconds": 7}, {"csvMinConcurrency": 3}])
def test_a_message_stays_hidden_while_the_slowest_round_works(values: dict[str, Any]) -> None:
    """With four slots' worth of turns for ten messages at a concurrency of three, and ten at one."""
    settings = Settings.from_values(values)
    turns = -(-ROUND_MESSAGES // settings.csv_min_concurrency)
    turn_seconds = settings.csv_timeout_seconds + max_wait_seconds(settings.csv_stagger_milliseconds)
    assert settings.csv_visibility_seconds > turns * turn_seconds


def test_a_wait_is_capped_above_what_an_unhindered_round_needs() -> None:
    for stagger in (0, 100, 1_000, 60_000):
        assert max_wait_seconds(stagger) > (ROUND_MESSAGES - 1) * stagger / 1_000


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"csvConcurrency": 11},
            "csvConcurrency 11 must lie between csvMinConcurrency 1 and csvMaxConcurren",
        ),
        ({"csvMinConcurrency": 4}, "csvConcurrency 3 must lie between csvMinConcurrency 4"),
        ({"csvVisibilitySeconds": 60}, "csvVisibilitySeconds is 60: set it to at least 3300"),
        ({"csvTimeoutSeconds": 901}, "csvTimeoutSeconds must be between 5 and 900"),
        ({"csvConcurrency": 0}, "csvConcurrency must be between 1 and 40"),
        ({"csvMinConcurrency": 0}, "csvMinConcurrency must be between 1 and 40, not 0"),
        ({"csvBatchRows": 0}, "csvBatchRows must be between 1 and 1000"),
        ({"csvPipeline": "yes"}, "csvPipeline must be true or false"),
        (
            {"csvPipeline": False, "fingerprintExample": True},
            "fingerprintExample=true needs csvPipeline=true",
        ),
        ({"csvTimeoutSecond": 5}, "did you mean csvTimeoutSeconds?"),
    ],
)
def test_contradictions_stop_synth_with_what_to_set(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words.replace("?", r"\?")):
        Settings.from_values(values)


def test_the_least_visibility_grows_with_fewer_slots() -> None:
    least = [
        least_visibility_seconds(timeout_seconds=20, min_concurrency=slots, stagger_milliseconds=100)
        for slots in (1, 2, 3, 10)
    ]
    assert least == sorted(least, reverse=True)
    assert least[0] == 10 * least[-1]
