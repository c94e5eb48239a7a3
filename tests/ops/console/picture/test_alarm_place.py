"""Each alarm of the app has its node, in one of the pictures."""

import pytest

from ops.lab.console.picture.alarm_place import place_of, placed, remarks_of
from ops.lab.console.picture.files_nodes import FILES_NODES
from ops.lab.console.picture.ingestion_nodes import NODES
from ops.lab.console.picture.ingestion_nodes import STEPS as STEPS_NODE
from ops.lab.console.picture.node import NodeCondition
from ops.lab.probes.alarms import AlarmReading
from tests.ops.console.picture.looks import (
    ALARMS,
    FILES,
    FILES_ALARMS,
    OUTPUTS,
    STEP_ALARMS,
    STEPS,
    readings_of,
)

EVERYTHING = OUTPUTS | FILES | STEPS


@pytest.mark.parametrize("alarm", [*ALARMS, *STEP_ALARMS])
def test_an_alarm_of_the_ingestion_pipeline_is_at_its_node_alone(alarm: str) -> None:
    dimensions, node = {**ALARMS, **STEP_ALARMS}[alarm]
    reading = AlarmReading("OK", dimensions, 0.0)
    assert place_of(alarm, reading, [*NODES, STEPS_NODE], EVERYTHING) == node
    assert place_of(alarm, reading, FILES_NODES, EVERYTHING) is None


@pytest.mark.parametrize("alarm", FILES_ALARMS)
def test_an_alarm_of_the_files_pipeline_is_at_its_node_alone(alarm: str) -> None:
    dimensions, node = FILES_ALARMS[alarm]
    reading = AlarmReading("OK", dimensions, 0.0)
    assert place_of(alarm, reading, FILES_NODES, EVERYTHING) == node
    assert place_of(alarm, reading, [*NODES, STEPS_NODE], EVERYTHING) is None


def test_an_alarm_on_what_is_not_deployed_is_nowhere() -> None:
    """An output that is missing is no name; a metric without dimensions is on nothing."""
    readings = {
        "SmtpDlqDepth": AlarmReading("OK", {"QueueName": "smtp"}, 0),
        "Other": AlarmReading("OK", {}, 0),
    }
    assert placed(readings, NODES, {}) == {"": ["Other", "SmtpDlqDepth"]}


def test_a_queue_whose_name_begins_another_keeps_its_own_alarms() -> None:
    found = placed(readings_of(ALARMS), NODES, OUTPUTS)
    assert found["queue"] == ["CircuitOpenedSQS", "QueueAge", "QueueBacklog"]
    assert found["dlq"] == ["DlqAge", "DlqDepth"]


def test_an_alarm_without_data_is_a_warning_and_one_that_is_ok_is_not_told() -> None:
    readings = readings_of(ALARMS, "DlqAge") | {"DlqDepth": AlarmReading("INSUFFICIENT_DATA", {}, 0)}
    remarks = remarks_of(["DlqAge", "DlqDepth", "QueueAge"], readings)
    assert [(each.text, each.condition, each.page) for each in remarks] == [
        ("alarm DlqAge", NodeCondition.BAD, "/alarms"),
        ("no data for DlqDepth", NodeCondition.WARN, "/alarms"),
    ]
