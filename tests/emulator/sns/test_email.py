"""A topic's e-mail subscription is served without a network, and its mails can be read."""

import json
import re
import uuid
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator


def test_a_publication_is_mailed_with_its_subject(emulator: Emulator) -> None:
    topic, address = _subscribed(emulator)
    emulator.client("sns").publish(TopicArn=topic, Subject="Backlog", Message="two lines\nof text")
    [mail] = eventually(lambda: _mails_to(emulator, address), within=30)
    assert mail["Subject"] == "Backlog"
    text, footer = mail["Body"]["text_part"].split("\n\n--\n")
    assert text == "two lines\nof text"
    assert footer.startswith("If you wish to stop receiving notifications from this topic, ")
    assert mail["Source"] == "no-reply@sns.amazonaws.com"


def test_the_link_below_a_mail_unsubscribes(emulator: Emulator) -> None:
    topic, address = _subscribed(emulator)
    sns = emulator.client("sns")
    sns.publish(TopicArn=topic, Message="hello")
    [mail] = eventually(lambda: _mails_to(emulator, address), within=30)
    [link] = re.findall(r"^http\S+Action=Unsubscribe\S+$", mail["Body"]["text_part"], re.MULTILINE)
    with urlopen(link) as answer:
        assert answer.status == 200
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


def test_a_filter_policy_on_the_body_passes_an_alarm_that_recovered_and_none_that_is_new(
    emulator: Emulator,
) -> None:
    recoveries, address = _subscribed(
        emulator,
        FilterPolicyScope="MessageBody",
        FilterPolicy=json.dumps({"OldStateValue": ["ALARM"]}),
    )
    alarms = emulator.client("sns").create_topic(Name=f"mail-{uuid.uuid4().hex[:8]}")["TopicArn"]
    emulator.client("sns").subscribe(TopicArn=alarms, Protocol="email", Endpoint=address)
    name, cloudwatch = _alarm(emulator, AlarmActions=[alarms], OKActions=[recoveries]), _cloudwatch(emulator)
    for done, state in enumerate(("OK", "ALARM", "OK"), start=1):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=f"change {done}")
        # A mail that is due is in the mailbox before the alarm changes again.
        eventually(lambda: _actions(emulator, name), within=30, until=done.__eq__)
        mails = _wait_for_mails(emulator, address, done - 1)
    subjects = [mail["Subject"] for mail in mails]
    assert subjects == [f'{state}: "{name}" in US East (N. Virginia)' for state in ("ALARM", "OK")]
    cloudwatch.delete_alarms(AlarmNames=[name])


@pytest.mark.parametrize("protocol", ["email", "email-json"])
def test_an_alarm_is_mailed_as_text_and_as_json_to_who_wants_json(emulator: Emulator, protocol: str) -> None:
    topic, address = _subscribed(emulator, protocol)
    name, cloudwatch = _alarm(emulator, AlarmActions=[topic]), _cloudwatch(emulator)
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="told to")
    [mail] = eventually(lambda: _mails_to(emulator, address), within=30)
    assert mail["Subject"] == f'ALARM: "{name}" in US East (N. Virginia)'
    text = mail["Body"]["text_part"]
    if protocol == "email":
        opening = f'You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the '
        assert text.startswith(opening)
    else:
        told = json.loads(json.loads(text)["Message"])
        assert (told["AlarmName"], told["NewStateValue"]) == (name, "ALARM")
    cloudwatch.delete_alarms(AlarmNames=[name])


def _subscribed(emulator: Emulator, protocol: str = "email", **attributes: str) -> tuple[str, str]:
    """Return a topic and the address that is subscribed to it."""
    address = f"{uuid.uuid4().hex[:8]}@example.com"
    topic = emulator.client("sns").create_topic(Name=f"mail-{uuid.uuid4().hex[:8]}")["TopicArn"]
    emulator.client("sns").subscribe(
        TopicArn=topic, Protocol=protocol, Endpoint=address, Attributes=attributes
    )
    return topic, address


def _cloudwatch(emulator: Emulator) -> Any:
    return emulator.client("cloudwatch")


def _alarm(emulator: Emulator, **actions: list[str]) -> str:
    """Put an alarm that has no data and keeps the state that it is told; return its name."""
    name = f"alarm-{uuid.uuid4().hex[:8]}"
    _cloudwatch(emulator).put_metric_alarm(
        AlarmName=name,
        Namespace="Tests",
        MetricName=name,
        Statistic="Sum",
        Period=3600,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",
        **actions,
    )
    return name


def _actions(emulator: Emulator, name: str) -> int:
    """How many actions the alarm has carried out."""
    history = _cloudwatch(emulator).describe_alarm_history(AlarmName=name, HistoryItemType="Action")
    return len(history["AlarmHistoryItems"])


def _wait_for_mails(emulator: Emulator, address: str, count: int) -> list[dict[str, Any]]:
    """Return the address's mails once there are so many."""
    return eventually(
        lambda: _mails_to(emulator, address), within=30, until=lambda mails: len(mails) >= count
    )


def _mails_to(emulator: Emulator, address: str) -> list[dict[str, Any]]:
    """Read LocalStack's mailbox, which is not there before the first mail."""
    try:
        with urlopen(f"{emulator.endpoint}/_aws/ses") as answer:
            mails = json.load(answer)["messages"]
    except HTTPError as error:
        if error.code != 404:
            raise
        return []
    return [mail for mail in mails if mail["Destination"]["ToAddresses"] == [address]]
