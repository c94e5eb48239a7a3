"""A topic's e-mail subscription is served without a network, and its mails can be read."""

import json
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
    [mail] = eventually(lambda: _mails_to(emulator, address), within=10)
    assert mail["Subject"] == "Backlog"
    assert mail["Body"]["text_part"] == "two lines\nof text"
    assert mail["Source"] == "no-reply@sns.amazonaws.com"


@pytest.mark.parametrize("protocol", ["email", "email-json"])
def test_an_alarm_is_mailed_as_text_and_as_json_to_who_wants_json(emulator: Emulator, protocol: str) -> None:
    topic, address = _subscribed(emulator, protocol)
    name = f"alarm-{uuid.uuid4().hex[:8]}"
    cloudwatch = emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmActions=[topic],
        Namespace="Tests",
        MetricName=name,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="told to")
    [mail] = eventually(lambda: _mails_to(emulator, address), within=10)
    assert mail["Subject"] == f'ALARM: "{name}" in US East (N. Virginia)'
    text = mail["Body"]["text_part"]
    if protocol == "email":
        opening = f'You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the '
        assert text.startswith(opening)
    else:
        told = json.loads(json.loads(text)["Message"])
        assert (told["AlarmName"], told["NewStateValue"]) == (name, "ALARM")
    cloudwatch.delete_alarms(AlarmNames=[name])


def _subscribed(emulator: Emulator, protocol: str = "email") -> tuple[str, str]:
    """Return a topic and the address that is subscribed to it."""
    address = f"{uuid.uuid4().hex[:8]}@example.com"
    topic = emulator.client("sns").create_topic(Name=f"mail-{uuid.uuid4().hex[:8]}")["TopicArn"]
    emulator.client("sns").subscribe(TopicArn=topic, Protocol=protocol, Endpoint=address)
    return topic, address


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
