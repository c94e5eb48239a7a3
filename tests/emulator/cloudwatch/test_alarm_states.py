"""Alarms go to ALARM and back to OK in time, and tell the topic."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.waiting import eventually
from tests.emulator.cloudwatch.alarms import Inbox, Watched, dimensions
from tests.emulator.cloudwatch.conftest import NAMESPACE, SPEED
from tests.emulator.conftest import Emulator

# A period, its data settling, the evaluator's own second, and what a busy machine adds. An alarm looks at two
# periods more than it has, so it stays for three of them in the state that data of one period have brought.
PERIOD_SECONDS = 60 / SPEED
SETTLE_SECONDS = 1
SOON_SECONDS = PERIOD_SECONDS + 20


@pytest.fixture
def watched(cloudwatch: Any, metric: str) -> Watched:
    return Watched(cloudwatch, metric)


def test_an_alarm_rises_and_falls_and_the_topic_hears_of_both(
    fast: Emulator, watched: Watched, record_property: Any
) -> None:
    inbox = Inbox(fast, watched.metric)
    watched.put_alarm(AlarmActions=[inbox.topic], OKActions=[inbox.topic])
    watched.wait_for("OK", within=SOON_SECONDS)
    assert inbox.next()[0] == f'OK: "{watched.metric}" in US East (N. Virginia)'

    started = time.monotonic()
    watched.put_data(2)
    watched.wait_for("ALARM", within=SOON_SECONDS)
    record_property("seconds to ALARM", time.monotonic() - started)
    subject, message = inbox.next()
    assert subject == f'ALARM: "{watched.metric}" in US East (N. Virginia)'
    assert (message["OldStateValue"], message["NewStateValue"]) == ("OK", "ALARM")
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [2.0 (")
    assert message["Trigger"]["Dimensions"] == [{"name": "QueueName", "value": "orders"}]
    assert message["Trigger"]["Statistic"] == "MAXIMUM"

    started = time.monotonic()
    recover(watched)
    record_property("seconds to OK", time.monotonic() - started)
    assert inbox.next()[1]["NewStateValue"] == "OK"


def test_a_state_that_is_set_stays_until_an_evaluation_is_due(watched: Watched) -> None:
    """Also that of an alarm which was just put: its first evaluation is no reason to take the state back."""

    def current_window() -> float:
        # What takes more than a day is evaluated once per hour, when the data of that hour have settled.
        return (time.time() - SETTLE_SECONDS) // (3_600 / SPEED)

    window, unset = -1.0, Watched(watched.cloudwatch, f"{watched.metric}-unset")
    while window != current_window():  # nothing falls due meanwhile
        window = current_window()
        watched.put_alarm(Period=86_400, EvaluationPeriods=2)
        watched.cloudwatch.set_alarm_state(
            AlarmName=watched.metric, StateValue="ALARM", StateReason="by hand"
        )
        unset.put_alarm(MetricName=watched.metric)
        unset.wait_for("OK", within=SOON_SECONDS)  # so the evaluator has looked at both
        state = watched.state()
        for alarm in (watched, unset):
            alarm.cloudwatch.delete_alarms(AlarmNames=[alarm.metric])
    assert state == "ALARM"


def recover(watched: Watched) -> None:
    """Report 0, as a gauge would, until the alarm is OK."""

    def state() -> str:
        watched.put_data(0)
        return watched.state()

    eventually(state, within=SOON_SECONDS, until=lambda found: found == "OK", what="the state OK")


def test_another_queue_whose_name_begins_alike_does_not_count(watched: Watched) -> None:
    watched.put_alarm()
    watched.wait_for("OK", within=SOON_SECONDS)
    watched.put_data_of({"orders-dlq": [5], "orders": [0]})
    before = watched.describe()["StateUpdatedTimestamp"]
    other = Watched(watched.cloudwatch, f"{watched.metric}-other")
    other.put_alarm(MetricName=watched.metric, Dimensions=dimensions("orders-dlq"))
    other.wait_for("ALARM", within=SOON_SECONDS)
    assert watched.state() == "OK"
    assert watched.describe()["StateUpdatedTimestamp"] == before


def test_an_alarm_on_a_percentile_rises(watched: Watched) -> None:
    watched.put_alarm(ExtendedStatistic="p90", Threshold=100)
    watched.wait_for("OK", within=SOON_SECONDS)
    watched.put_data(*range(1, 90), *range(1000, 1030))
    watched.wait_for("ALARM", within=SOON_SECONDS)


def test_a_percentile_below_the_threshold_leaves_outliers_alone(watched: Watched) -> None:
    watched.put_alarm(ExtendedStatistic="p50", Threshold=100, TreatMissingData="missing")
    watched.put_data(1, 2, 3, 4000)
    watched.wait_for("OK", within=SOON_SECONDS)


def test_an_alarm_on_metric_math_rises(watched: Watched) -> None:
    def query(id_: str, queue: str) -> dict[str, Any]:
        metric = {"Namespace": NAMESPACE, "MetricName": watched.metric, "Dimensions": dimensions(queue)}
        return {
            "Id": id_,
            "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        }

    rate = {"Id": "rate", "Expression": "IF(all > 0, 100 * errors / all, 0)", "ReturnData": True}
    watched.put_alarm(Metrics=[query("errors", "errors"), query("all", "all"), rate], Threshold=20)
    watched.wait_for("OK", within=SOON_SECONDS)
    watched.put_data_of({"all": [10], "errors": [3]})
    watched.wait_for("ALARM", within=SOON_SECONDS)
    assert "[30.0 (" in watched.describe()["StateReason"]


def test_what_breaches_must_do_so_m_times_of_n(watched: Watched) -> None:
    watched.put_alarm(EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="missing")

    def state() -> str:
        watched.put_data(1)
        return watched.state()

    eventually(state, within=3 * SOON_SECONDS, until=lambda found: found == "ALARM", what="the state ALARM")
    reason = watched.describe()["StateReason"]
    assert "out of the last 3 datapoints [1.0 (" in reason
    assert reason.endswith("(minimum 2 datapoints for OK -> ALARM transition).")


def test_an_updated_alarm_keeps_its_state_until_it_is_evaluated(watched: Watched) -> None:
    watched.put_alarm(TreatMissingData="ignore")
    watched.cloudwatch.set_alarm_state(AlarmName=watched.metric, StateValue="ALARM", StateReason="told")
    watched.put_alarm(TreatMissingData="ignore", Threshold=7)
    alarm = watched.describe()
    assert (alarm["StateValue"], alarm["StateReason"], alarm["Threshold"]) == ("ALARM", "told", 7)


def test_a_state_that_was_set_lasts_until_the_next_evaluation(watched: Watched) -> None:
    watched.put_alarm()
    watched.wait_for("OK", within=SOON_SECONDS)
    watched.cloudwatch.set_alarm_state(AlarmName=watched.metric, StateValue="ALARM", StateReason="told")
    watched.wait_for("OK", within=SOON_SECONDS)
    # By its history: an evaluation may fall due at the very moment at which the state is set.
    found = watched.cloudwatch.describe_alarm_history(
        AlarmName=watched.metric, HistoryItemType="StateUpdate"
    )["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in found] == [
        "Alarm updated from ALARM to OK",
        "Alarm updated from OK to ALARM",
        "Alarm updated from INSUFFICIENT_DATA to OK",
    ]


def test_disabled_actions_are_not_carried_out(fast: Emulator, watched: Watched) -> None:
    inbox = Inbox(fast, watched.metric)
    watched.put_alarm(AlarmActions=[inbox.topic], OKActions=[inbox.topic], TreatMissingData="ignore")
    watched.cloudwatch.disable_alarm_actions(AlarmNames=[watched.metric])
    watched.cloudwatch.set_alarm_state(AlarmName=watched.metric, StateValue="ALARM", StateReason="unheard")
    watched.cloudwatch.enable_alarm_actions(AlarmNames=[watched.metric])
    watched.cloudwatch.set_alarm_state(AlarmName=watched.metric, StateValue="OK", StateReason="heard")
    assert inbox.next()[1]["NewStateReason"] == "heard"


def test_the_history_tells_of_configuration_state_and_actions(fast: Emulator, watched: Watched) -> None:
    topic = Inbox(fast, watched.metric).topic
    nobody = f"{topic}-nobody"
    watched.put_alarm(AlarmActions=[topic, nobody], TreatMissingData="ignore")
    watched.cloudwatch.set_alarm_state(AlarmName=watched.metric, StateValue="ALARM", StateReason="told")

    def summaries() -> set[str]:
        found = watched.cloudwatch.describe_alarm_history(AlarmName=watched.metric)
        return {
            item["HistorySummary"].partition(". Received error")[0] for item in found["AlarmHistoryItems"]
        }

    expected = {
        f'Alarm "{watched.metric}" created',
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        f"Successfully executed action {topic}",
        f"Failed to execute action {nobody}",
    }
    eventually(summaries, within=30, until=lambda found: found == expected, what="the history")
    found = watched.cloudwatch.describe_alarm_history(
        AlarmName=watched.metric, HistoryItemType="StateUpdate"
    )["AlarmHistoryItems"]
    assert json.loads(found[0]["HistoryData"])["newState"]["stateReason"] == "told"


def test_a_composite_alarm_follows_its_children(fast: Emulator, watched: Watched) -> None:
    cloudwatch, child, parent = watched.cloudwatch, watched.metric, f"{watched.metric}-parent"
    inbox = Inbox(fast, parent)
    watched.put_alarm(TreatMissingData="ignore")
    arn = watched.describe()["AlarmArn"]
    rule = f'ALARM("{child}") AND NOT INSUFFICIENT_DATA({arn})'
    cloudwatch.put_composite_alarm(AlarmName=parent, AlarmRule=rule, AlarmActions=[inbox.topic])
    cloudwatch.set_alarm_state(AlarmName=child, StateValue="ALARM", StateReason="told")
    [composite] = cloudwatch.describe_alarms(AlarmNames=[parent], AlarmTypes=["CompositeAlarm"])[
        "CompositeAlarms"
    ]
    assert composite["StateValue"] == "ALARM"
    assert composite["StateReason"].startswith(f"{arn} transitioned to ALARM at ")
    assert inbox.next()[1]["TriggeringChildren"][0]["Arn"] == arn
    with pytest.raises(ClientError, match="composite alarm"):
        cloudwatch.delete_alarms(AlarmNames=[child])


def test_a_composite_alarm_must_not_lead_back_to_itself(watched: Watched) -> None:
    cloudwatch, parent = watched.cloudwatch, f"{watched.metric}-parent"
    cloudwatch.put_composite_alarm(AlarmName=parent, AlarmRule="FALSE")
    cloudwatch.put_composite_alarm(AlarmName=watched.metric, AlarmRule=f"OK({parent})")
    with pytest.raises(ClientError, match="leads back to it"):
        cloudwatch.put_composite_alarm(AlarmName=parent, AlarmRule=f"ALARM({watched.metric})")


def test_an_alarm_whose_data_stops_has_insufficient_data(watched: Watched) -> None:
    watched.put_alarm(TreatMissingData="missing")
    watched.put_data(1)
    watched.wait_for("ALARM", within=SOON_SECONDS)
    watched.wait_for("INSUFFICIENT_DATA", within=3 * PERIOD_SECONDS + SOON_SECONDS)
