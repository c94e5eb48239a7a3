"""Background work that a reset ends: nothing of it reaches the state that is put back."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# The providers without a running LocalStack, at the moment at which their state is about to be put back.
PROGRAM = """
import threading
from types import SimpleNamespace
from localstack.services.events.models import Rule
from localstack.utils.xray.trace_header import TraceHeader
from lab_emulator.event_delivery import rule_schedule, target_delivery
from lab_emulator.event_delivery.provider import LabEventsProvider
from lab_emulator.event_delivery.target_delivery import Courier, EventDelivery
from lab_emulator.logs import subscriptions
from lab_emulator.logs.insights import query_run
from lab_emulator.logs.insights.compiled_query import CompiledQuery
from lab_emulator.logs.insights.query_run import QueryRun
from lab_emulator.logs.insights.scope import QueryWindow
from lab_emulator.logs.metric_filters import DEFAULT_VALUES
from lab_emulator.logs.provider import LabLogsProvider
from lab_emulator.logs.subscriptions import FORWARDER, LogSubscription

WITHIN = 20
answer = {}

def scheduled_rules():
    # Slow to look: the scheduler is in the middle of its work when it is told to end.
    looking.set()
    go_on.wait(WITHIN)
    return [Rule("each minute", "us-east-1", "000000000000", "rate(1 minute)")]

looking, go_on = threading.Event(), threading.Event()
rule_schedule._scheduled_rules = scheduled_rules
events = LabEventsProvider()
scheduler = events._scheduler
scheduler.start()
looking.wait(WITHIN)
timer = threading.Timer(0.3, go_on.set)
timer.start()
events.on_before_state_load()
answer["scheduler"] = [each.name for each in threading.enumerate() if each.name == "event-scheduler"]

class Sender:
    arn = "arn:aws:sqs:us-east-1:000000000000:orders"
    target = {"Arn": arn, "RetryPolicy": {"MaximumRetryAttempts": 0}}
    def process_event(self, event, trace_header):
        if closes:
            courier.close()
        raise ConnectionError("the target does not answer")

nothing = lambda *_, **_named: None
target_delivery.metrics = SimpleNamespace(count_attempt=nothing, count_failure=nothing)
for closes in (False, True):
    parked = []
    target_delivery.park = lambda *delivery: parked.append(delivery)
    rule = Rule("outcomes", "us-east-1", "000000000000")
    courier = Courier({f"{rule.arn}-orders": Sender()}.get)
    delivery = EventDelivery(rule, "orders", {"id": "1"}, TraceHeader())
    courier._deliver(delivery)
    answer["parked when closed" if closes else "parked"] = [len(parked), delivery.ended]

DEFAULT_VALUES.is_due(("group", "filter", "metric"))
window = QueryWindow(0, 10**12, 10**12)
run = QueryRun("fields a", ["group"], CompiledQuery("fields a", window), 10)
query_run.keep("000000000000", "us-east-1", run)
arn = "arn:aws:lambda:us-east-1:000000000000:function:absent"
subscription = LogSubscription("000000000000", "group", "stream", "filter", arn, "arn:aws:logs:::group")

def invoke_while_the_state_goes(*_args, **_options):
    logs.on_before_state_load()
    raise ConnectionError("the port answers 503")

logs = LabLogsProvider.__new__(LabLogsProvider)  # one that was made asks a running LocalStack for clients
subscriptions.connect_to = invoke_while_the_state_goes
before = FORWARDER._timetable
FORWARDER._waiting[subscription] = [{"id": "1", "timestamp": 1, "message": "of before"}]
FORWARDER._send_waiting(subscription)
answer["retries of before"] = len(FORWARDER._timetable)
answer["closed"] = before is not FORWARDER._timetable
answer["default value"] = DEFAULT_VALUES.is_due(("group", "filter", "metric"))
answer["query"] = str(run.status)
run.start("000000000000", [], window)
answer["query that was stopped"] = str(run.status)
"""


@pytest.fixture(scope="module")
def ended() -> Any:
    return answer_of(PROGRAM)


def test_the_scheduler_has_ended_and_fires_nothing_later(ended: Any) -> None:
    assert ended["scheduler"] == []


def test_an_event_whose_target_fails_then_is_no_dead_letter_of_afterwards(ended: Any) -> None:
    assert ended["parked"] == [1, True]
    assert ended["parked when closed"] == [0, True]


def test_a_batch_of_log_lines_is_not_offered_again_afterwards(ended: Any) -> None:
    assert ended["closed"]
    assert ended["retries of before"] == 0


def test_a_metric_filter_reports_its_default_value_anew(ended: Any) -> None:
    assert ended["default value"]


def test_a_query_is_stopped_and_stays_so(ended: Any) -> None:
    assert ended["query"] == "Cancelled"
    assert ended["query that was stopped"] == "Cancelled"
