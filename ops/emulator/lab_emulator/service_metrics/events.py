"""Metrics of AWS/Events: by RuleName for the default bus, by EventBusName and RuleName for others.

"Metrics that specify only the RuleName dimension refer to the default event bus. Metrics that specify both
the EventBusName and RuleName dimensions refer to a custom event bus."
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
Of the metrics that the page lists these are kept; some AWS also adds up by bus or for all rules.
"""

from localstack.services.events.models import Rule

from lab_emulator.cloudwatch.metric_store import MetricKey
from lab_emulator.cloudwatch.metric_stores import metric_store

NAMESPACE = "AWS/Events"


def count_match(rule: Rule) -> None:
    """Count an event that a rule matched; the rule runs once for it, however many targets it has."""
    _count(rule, "MatchedEvents", "TriggeredRules")


def count_attempt(rule: Rule, *, is_retry: bool) -> None:
    """Count one call of a target, successful or not."""
    _count(rule, "InvocationAttempts", *(["RetryInvocationAttempts"] if is_retry else []))


def count_success(rule: Rule) -> None:
    """Count an event that a target took, at the first attempt or later."""
    _count(rule, "Invocations", "SuccessfulInvocationAttempts")


def count_failure(rule: Rule, *, parked: bool | None) -> None:
    """Count an event that a target will not be offered again. `parked` is None without a dead-letter queue.

    Failures that are retried count only as attempts until then, as on AWS.
    """
    destinations = {None: [], True: ["InvocationsSentToDlq"], False: ["InvocationsFailedToBeSentToDlq"]}
    _count(rule, "Invocations", "FailedInvocations", *destinations[parked])


def _count(rule: Rule, *names: str) -> None:
    dimensions = {"RuleName": rule.name}
    if rule.event_bus_name != "default":
        dimensions["EventBusName"] = rule.event_bus_name
    store = metric_store(rule.account_id, rule.region)
    for name in names:
        store.add(MetricKey.of(NAMESPACE, name, dimensions), 1)
