"""What a person sees of the ingestion pipeline: conditions with their words, figures on the arrows."""

from typing import Any

import pytest

from ops.lab.app.queue_depth import QueueDepth
from ops.lab.console.looking.observation import Observation
from ops.lab.console.picture.ingestion_picture import ingestion_picture
from ops.lab.console.picture.node import NodeCondition
from ops.lab.probes.alarms import AlarmReading
from tests.ops.console.picture.looks import ALARMS, OUTPUTS, STEP_ALARMS, STEPS, look_of, readings_of

GOOD, WARN, BAD = NodeCondition


def conditions(look: Observation) -> dict[str, tuple[NodeCondition, list[str]]]:
    """Of the nodes that are not in order: the condition, and its words."""
    return {
        name: (node.condition, [remark.text for remark in node.remarks])
        for name, node in ingestion_picture(look).nodes.items()
        if node.condition is not GOOD
    }


def with_depth(**depths: QueueDepth) -> dict[str, QueueDepth]:
    return {name: QueueDepth(0, 0, 0) for name in ("queue", "dlq", "parked")} | depths


def test_a_quiet_pipeline_is_in_order() -> None:
    picture = ingestion_picture(look_of())
    assert conditions(look_of()) == {}
    assert picture.condition is GOOD
    assert "in order" in picture.summary
    assert "steps" not in picture.nodes


def test_a_node_is_bad_with_its_alarm() -> None:
    look = look_of("DlqDepth", "WorkerErrors", depths=with_depth(dlq=QueueDepth(7, 1, 0)))
    assert conditions(look) == {"dlq": (BAD, ["alarm DlqDepth"]), "worker": (BAD, ["alarm WorkerErrors"])}
    assert ingestion_picture(look).summary == "Worker: alarm WorkerErrors; DLQ: alarm DlqDepth."


def test_the_failure_mode_is_at_the_functions_that_notice_it() -> None:
    assert conditions(look_of(failure_mode="poison_payload")) == {
        "worker": (WARN, ["failure mode poison_payload"])
    }
    assert conditions(look_of(failure_mode="duplicate_submit")) == {
        "ingest": (WARN, ["failure mode duplicate_submit"])
    }
    assert conditions(look_of(failure_mode="a value that is no mode")) == {}


def test_with_steps_of_their_own_those_notice_it_too() -> None:
    look = look_of(
        failure_mode="poison_payload",
        outputs=OUTPUTS | STEPS,
        readings=readings_of({**ALARMS, **STEP_ALARMS}, "ProcessorErrors"),
    )
    assert conditions(look) == {
        "worker": (WARN, ["failure mode poison_payload"]),
        "steps": (BAD, ["alarm ProcessorErrors", "failure mode poison_payload"]),
    }


@pytest.mark.parametrize(
    ("delivery", "words"), [("Disabled", "delivery paused"), ("Disabling", "delivery disabling")]
)
def test_a_paused_worker_is_amber(delivery: str, words: str) -> None:
    assert conditions(look_of(delivery=delivery)) == {"worker": (WARN, [words])}
    assert (ingestion_picture(look_of(delivery=delivery)).edges["received"].note == "paused") is (
        delivery == "Disabled"
    )


def test_an_age_beyond_half_of_its_alarm_is_a_warning_until_the_alarm_rises() -> None:
    assert conditions(look_of(ages={"queue": 30.0})) == {}
    assert conditions(look_of(ages={"queue": 31.0})) == {"queue": (WARN, ["aging: QueueAge rises at 60 s"])}
    assert conditions(look_of("QueueAge", ages={"queue": 99.0})) == {"queue": (BAD, ["alarm QueueAge"])}


def test_dead_letters_parked_ones_and_undelivered_events_are_told_before_their_alarms() -> None:
    look = look_of(depths=with_depth(dlq=QueueDepth(0, 0, 1), parked=QueueDepth(1, 0, 0)), undelivered=2)
    assert conditions(look) == {
        "dlq": (WARN, ["has dead letters"]),
        "parked": (WARN, ["a person must look"]),
        "bus": (WARN, ["events undelivered"]),
    }


def failing(failed_ago: float, processed_ago: float | None = None, **changes: Any) -> Observation:
    """Nine records failed in the last ten minutes, the last so many seconds ago."""
    at = look_of().at
    last = {"failed_attempts": at - failed_ago}
    if processed_ago is not None:
        last["processed"] = at - processed_ago
    counts = {"failed_attempts": 9.0, "failed_batches": 0.0, "throttled": 0.0}
    return look_of(counts=counts, counted_last=last, **changes)


def test_the_worker_is_amber_while_records_fail() -> None:
    """Not one of its invocations has crashed: a failed record is named in the partial batch response."""
    look = failing(12, processed_ago=1)
    assert conditions(look) == {"worker": (WARN, ["records fail"])}
    assert ingestion_picture(look).summary == "Worker: records fail."
    facts = ingestion_picture(look).nodes["worker"].facts
    assert facts[1:] == ["9 attempts failed, the last 12 s ago", "0 crashed", "0 throttled"]
    assert conditions(look_of(counts={"failed_attempts": 0.0})) == {}
    assert conditions(look_of(counts={"failed_attempts": 9.0})) == {"worker": (WARN, ["records fail"])}


def test_the_worker_is_in_order_once_records_have_succeeded_after_the_last_failure() -> None:
    look = failing(240, processed_ago=3)
    assert conditions(look) == {}
    assert "9 attempts failed, the last 4 min ago" in ingestion_picture(look).nodes["worker"].facts
    assert conditions(failing(240, processed_ago=3, on_aws=True)) == {"worker": (WARN, ["records fail"])}
    assert conditions(failing(301, processed_ago=3, on_aws=True)) == {}


@pytest.mark.parametrize("processed_ago", [None, 240, 500])
def test_the_worker_stays_amber_while_nothing_tells_that_it_works_again(processed_ago: float | None) -> None:
    look = failing(240, processed_ago)
    assert conditions(look) == {"worker": (WARN, ["records failed, none succeeded since"])}


def test_a_new_alarm_without_data_is_amber() -> None:
    readings = readings_of(ALARMS) | {"Api5xx": AlarmReading("INSUFFICIENT_DATA", {"ApiId": "abc"}, 0)}
    assert conditions(look_of(readings=readings)) == {"api": (WARN, ["no data for Api5xx"])}


def test_alarms_of_no_node_are_told_and_those_of_files_are_left_to_their_picture() -> None:
    readings = readings_of(ALARMS) | {
        "SmtpDlqDepth": AlarmReading("ALARM", {"QueueName": "smtp"}, 0),
        "SplunkErrors": AlarmReading("OK", {"FunctionName": "splunk"}, 0),
    }
    picture = ingestion_picture(look_of(readings=readings))
    assert picture.elsewhere == ["SmtpDlqDepth"]
    assert picture.condition is BAD
    assert picture.summary == "elsewhere: alarm SmtpDlqDepth."
    assert ingestion_picture(look_of("CsvDlqDepth")).elsewhere == []


def test_the_arrows_have_rates_and_counts() -> None:
    rates = {"requests": 12.0, "redriven": 3.0, "parked": 1.0, "announced": 2.0, "announced_failed": 0.5}
    edges = ingestion_picture(look_of(rates=rates, counts={"requests": 1234.0})).edges
    assert (edges["requests"].per_second, edges["requests"].count) == (12.0, 1234.0)
    assert edges["back"].per_second == 2.0
    assert edges["announced"].per_second == 2.5
    assert edges["processed"].per_second is None
    assert edges["processed"].rate_text == "no figure"


def test_the_summary_changes_with_conditions_and_not_with_figures() -> None:
    """It is a live region: each change is read aloud."""
    before = look_of("DlqDepth", depths=with_depth(dlq=QueueDepth(7, 0, 0)), ages={"dlq": 12.0})
    after = look_of(
        "DlqDepth", depths=with_depth(dlq=QueueDepth(9, 1, 0)), ages={"dlq": 13.0}, rates={"posted": 9}
    )
    assert ingestion_picture(before).summary == ingestion_picture(after).summary


def test_a_node_tells_its_figures() -> None:
    look = look_of(
        depths=with_depth(queue=QueueDepth(1200, 30, 4)),
        ages={"queue": 12.0},
        counts={"processed": 1500.0, "duplicates": 2.0, "failed_batches": 1.0, "throttled": 0.0},
    )
    nodes = ingestion_picture(look).nodes
    assert nodes["queue"].facts == ["1,200 waiting, 30 in flight", "4 delayed", "oldest 12 s"]
    assert nodes["table"].facts == ["1,500 succeeded", "2 duplicates"]
    assert nodes["worker"].facts == ["delivery enabled", "1 crashed", "0 throttled"]


def test_nothing_was_seen_yet() -> None:
    picture = ingestion_picture(Observation(at=0.0, problem="the first look is under way"))
    assert picture.nodes.keys() >= {"client", "queue", "dlq"}
