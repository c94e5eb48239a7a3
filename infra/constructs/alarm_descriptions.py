"""Descriptions of alarms, as a mail or a page shows them: what an alarm means, and which runbook to open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_RUNBOOKS: Final = "ops/runbooks/"
_ERRORS, _THROTTLES, _CIRCUIT = "Errors", "Throttles", "CircuitOpened"


@dataclass(frozen=True)
class AlarmDescription:
    """`meaning` is one sentence for whoever is woken; `runbook` a file of the repository.

    At most 1,024 characters together (CloudWatch API reference, PutMetricAlarm).
    """

    meaning: str
    runbook: str

    def __str__(self) -> str:
        return f"{self.meaning} Runbook: {self.runbook}"


def ingestion_description(alarm: str) -> AlarmDescription:
    """Of an alarm of the ingestion pipeline, by its name, such as DlqDepth."""
    if alarm.startswith(_CIRCUIT):
        service = alarm.removeprefix(_CIRCUIT)
        return AlarmDescription(
            f"{service} failed several times in a row: calls to it fail at once, events wait in the queue.",
            f"{_RUNBOOKS}downstream_outage.md",
        )
    meaning, runbook = _of(alarm, _INGESTION)
    return AlarmDescription(meaning, _RUNBOOKS + runbook)


def round_description(alarm: str) -> AlarmDescription:
    """Of an alarm of a staggered processor, such as that of the files pipeline."""
    return AlarmDescription(_of(alarm, _ROUNDS)[0], f"{_RUNBOOKS}files.md")


def integration_description(alarm: str) -> AlarmDescription:
    """Of an alarm of an integration, by its name less the integration's."""
    return AlarmDescription(_of(alarm, _INTEGRATIONS)[0], "docs/integrations.md")


def _of(alarm: str, table: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """From the table; errors and throttles of functions that are not in it are told in general."""
    if alarm in table:
        return table[alarm]
    if alarm.endswith(_ERRORS):
        return f"The function {_function(alarm, _ERRORS)} crashed or ran out of time.", "README.md"
    if alarm.endswith(_THROTTLES):
        return f"Lambda refused to run the function {_function(alarm, _THROTTLES)}.", "README.md"
    raise KeyError(f"the alarm {alarm} has no description")


def _function(alarm: str, suffix: str) -> str:
    return alarm.removesuffix(suffix) or "of the integration"


_INGESTION: Final[Mapping[str, tuple[str, str]]] = {
    "DlqDepth": ("Events failed at every delivery and lie in the dead-letter queue.", "dlq_depth_alarm.md"),
    "DlqAge": ("Dead letters have waited for long: nobody has looked at them.", "dlq_depth_alarm.md"),
    "ParkedDepth": ("Events failed again after every redrive and are parked for a person.", "poison_pill.md"),
    "UndeliveredDepth": ("A target of the bus did not take outcome events.", "undelivered_outcomes.md"),
    "QueueBacklog": ("More events wait in the queue than the worker takes off it.", "backlog.md"),
    "QueueAge": ("The oldest event has waited too long for the worker.", "backlog.md"),
    "WorkerErrors": ("The worker crashed or ran out of time.", "timeout_vs_visibility.md"),
    "WorkerThrottles": ("Lambda refused to run the worker: no concurrency is left.", "throttling.md"),
    "IngestThrottles": ("Lambda refused to run ingest: callers get 503.", "throttling.md"),
    "RedriveRunnerThrottles": ("Lambda refused to run a redrive job.", "throttling.md"),
    "Api5xx": ("The API answers 5xx: events are not accepted.", "downstream_outage.md"),
    "ApiLatency": ("The API answers slowly.", "high_latency.md"),
    "ProcessorErrors": ("The processor crashed or ran out of time.", "timeout_vs_visibility.md"),
    "ProcessorThrottles": ("Lambda refused to run the processor.", "throttling.md"),
}
_ROUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "QueueAge": ("The oldest file has waited too long for a round.", ""),
    "QueueBacklog": ("More files wait in the queue than rounds process.", ""),
    "DlqDepth": ("Files failed for good and lie in the dead-letter queue.", ""),
    "UndeliveredDepth": ("EventBridge could not deliver an event of this pipeline.", ""),
    "FailedInvocationsDepth": ("Asynchronous invocations failed for good.", ""),
    "ExecutionsFailed": ("A round failed as a whole.", ""),
    "ExecutionsTimedOut": ("A round did not end in its time.", ""),
    "ProcessingDuration": ("Processing a file takes nearly all the time that the function has.", ""),
    "ArrivalsFailedInvocations": ("Files arrived that were not put into the queue.", ""),
    "ScheduleFailedInvocations": ("The schedule that starts rounds does not reach its function.", ""),
    "FailuresFailedInvocations": ("Failures of files are not told to the topic.", ""),
}
_INTEGRATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "DlqDepth": ("What the other side refused for good lies in the dead-letter queue.", ""),
    "FailedInvocationsDepth": ("Asynchronous invocations failed for good.", ""),
    "QueueAge": ("Mails have waited for long for the mail server.", ""),
    "RetryAge": ("Log lines have waited for long for Splunk.", ""),
    "LinesInvalid": ("Dynatrace refused metric lines.", ""),
    "PointsDropped": ("Metrics were older than Dynatrace takes, and dropped.", ""),
}
