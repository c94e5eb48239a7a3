"""The inbox: mails and webhooks laid out, escaped, and what an account has in its place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ops.lab.app.target import Target
from ops.lab.console.alarms import inbox
from ops.lab.console.alarms.inbox_entry import InboxEntry, of_arrival, of_mail
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.app import create_app
from ops.lab.errors import NotUp
from ops.lab.probes.received_mail import ReceivedMail
from ops.lab.sinks.access import SinkName
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.control import ControlServer
from ops.lab.sinks.ledger import Arrival, SinkFinding
from ops.lab.sinks.local_sinks import LocalSinks
from tests.ops.console.conftest import HOST, new_context

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
ALARMS = {"Lab-Dlq": "Dlq", "Lab-DlqDepth": "DlqDepth"}
ALARM_MAIL = """\
You are receiving this email because your Amazon CloudWatch Alarm "Lab-DlqDepth" in the US East region has \
entered the ALARM state, because "Threshold Crossed" at "Saturday".

Alarm Details:
- Name:                       Lab-DlqDepth
- Description:                Events failed. Runbook: ops/runbooks/dlq_depth_alarm.md
- State Change:               OK -> ALARM
- AWS Account:                000000000000

Monitored Metric:
- MetricName:                          ApproximateNumberOfMessagesVisible


--
If you wish to stop receiving notifications from this topic, please click or visit the link below
"""


def mail(
    text: str, subject: str = "A subject", at: str = "2026-11-28T06:00:00", id_: str = "one"
) -> dict[str, Any]:
    return {
        "Id": id_,
        "Source": "no-reply@sns.amazonaws.com",
        "Destination": {"ToAddresses": ["on-call@example.com"]},
        "Subject": subject,
        "Body": {"text_part": text},
        "Timestamp": at,
    }


def entry(text: str, subject: str = "A subject") -> InboxEntry:
    document = mail(text, subject)
    return of_mail(ReceivedMail.from_document(document), document, ALARMS)


def test_an_alarms_mail_is_told_by_what_a_person_reads_of_it() -> None:
    found = entry(ALARM_MAIL, 'ALARM: "Lab-DlqDepth" in US East')
    facts = dict(found.facts)
    assert facts["State Change"] == "OK -> ALARM"
    assert facts["Description"].startswith("Events failed.")
    assert facts["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert "AWS Account" not in facts
    assert (found.alarm, found.text) == ("DlqDepth", "")
    assert ALARM_MAIL in found.raw


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_alarms_json_is_laid_out(wrapped: bool) -> None:
    document: dict[str, Any] = {
        "AlarmName": "Lab-DlqDepth",
        "Trigger": {"Threshold": 0, "Dimensions": [1]},
        "None": None,
    }
    text = json.dumps(document)
    if wrapped:
        text = json.dumps({"Type": "Notification", "Message": text, "Signature": "S"})
    found = entry(text)
    assert list(found.facts) == [
        ("AlarmName", "Lab-DlqDepth"),
        ("Trigger.Threshold", "0"),
        ("Trigger.Dimensions", "[\n  1\n]"),
    ]
    assert found.alarm == "DlqDepth"


@pytest.mark.parametrize(
    "text", ["plain", "{no json", "[1]", '"text"', "", "You are receiving this email because"]
)
def test_any_other_text_is_shown_as_it_is(text: str) -> None:
    found = entry(text)
    assert (found.facts, found.text, found.alarm) == ([], text, "")


def test_jsons_footer_of_sns_is_not_in_the_way() -> None:
    assert entry(
        '{"detail": {"status": "FAILED"}}\n\n--\nIf you wish to stop receiving notifications'
    ).facts == [("detail.status", "FAILED")]


def test_what_sinks_received_and_refused_is_an_entry() -> None:
    document = {
        "from": "lab@example.com",
        "recipients": ["a@example.com"],
        "subject": "S",
        "text": "about Lab-Dlq",
    }
    smtp = of_arrival(SinkName.SMTP, Arrival(1, 5.0, "", document), ALARMS)
    assert (smtp.sender, smtp.recipients, smtp.text, smtp.alarm) == (
        "lab@example.com",
        ["a@example.com"],
        "about Lab-Dlq",
        "Dlq",
    )
    hec = of_arrival(SinkName.HEC, Arrival(2, 5.0, "", {"event": {"level": "ERROR"}, "sourcetype": "s"}), {})
    assert hec.facts == [("event.level", "ERROR"), ("sourcetype", "s")]
    refused = of_arrival(SinkName.DYNATRACE, Arrival(3, 5.0, "no token", {}), {})
    assert (refused.problem, refused.subject) == ("no token", "refused")


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr("ops.lab.probes.alarms.mailbox", lambda _: found)
    return found


@pytest.fixture
def lab(target: Target, mails: list[dict[str, Any]], tmp_path: Path) -> Iterator[TestClient]:
    """moto's account, taken for an emulator."""
    target.endpoint = "http://127.0.0.1:9"
    yield from _client(target, tmp_path)


@pytest.fixture
def account(target: Target, tmp_path: Path) -> Iterator[TestClient]:
    yield from _client(target, tmp_path)


def _client(target: Target, folder: Path) -> Iterator[TestClient]:
    arn = target.sns.create_topic(Name="topic")["TopicArn"]
    outputs: Any = target.outputs
    outputs["TopicArn"] = arn
    outputs["DlqDepthAlarmName"] = "Lab-DlqDepth"
    target.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:q")
    context = new_context(folder, link=TargetLink(lambda: target))
    with TestClient(create_app(context), base_url=f"http://{HOST}") as client:
        yield client


def test_mails_are_shown_the_newest_first_and_lead_to_their_alarm(
    lab: TestClient, mails: list[dict[str, Any]]
) -> None:
    mails += [
        mail("older", "First"),
        mail("as late, and later in the mailbox", "Second", id_="two"),
        mail(ALARM_MAIL, 'ALARM: "Lab-DlqDepth"', at="2026-11-28T06:00:01", id_="three"),
    ]
    page = lab.get("/inbox").text
    assert page.index("Lab-DlqDepth") < page.index("Second") < page.index("First")
    assert '<a href="/alarms/DlqDepth">' in page
    assert "on-call@example.com" in page
    only = lab.get("/inbox/entries?only=alarms").text
    assert ("Second" in only, "Lab-DlqDepth" in only) == (False, True)


def test_a_mail_is_text(lab: TestClient, mails: list[dict[str, Any]]) -> None:
    body = json.dumps({HOSTILE: HOSTILE, "deep": {HOSTILE: [HOSTILE]}})
    mails += [
        mail(HOSTILE, HOSTILE, id_=HOSTILE) | {"Source": HOSTILE, "Destination": {"To": [HOSTILE]}},
        mail(body, id_="two"),
    ]
    page = lab.get("/inbox").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)") > 8


def test_only_the_newest_are_shown_and_the_rest_is_counted(
    lab: TestClient, mails: list[dict[str, Any]]
) -> None:
    mails += [mail("x", id_=str(number)) for number in range(inbox.MOST + 7)]
    page = lab.get("/inbox").text
    assert page.count("<article") == inbox.MOST
    assert "7 older mails are not shown" in page


def test_many_outcomes_do_not_drown_the_mail_of_an_alarm(
    lab: TestClient, mails: list[dict[str, Any]]
) -> None:
    mails += [mail(ALARM_MAIL, 'ALARM: "Lab-DlqDepth"', id_="first of all")]
    mails += [mail("x", "AWS Notification Message", id_=str(number)) for number in range(inbox.MOST + 7)]
    page = lab.get("/inbox").text
    assert page.index("entered the ALARM state") < page.index('<details id="others"><summary>50 more')
    assert page.count("<article") == inbox.MOST + 1
    assert "7 older mails are not shown" in page


def test_an_empty_inbox_says_what_would_fill_it(lab: TestClient) -> None:
    page = lab.get("/inbox").text
    assert "Nothing has arrived yet." in page
    assert "lab sinks start" in page


def test_an_account_keeps_no_inbox_and_shows_who_is_told(account: TestClient, target: Target) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("the emulator's mailbox is asked of an account")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ops.lab.probes.alarms.mailbox", refuse)
        page = account.get("/inbox").text
    assert "AWS keeps no inbox" in page
    assert "arn:aws:sqs:us-east-1:123456789012:q" in page
    assert "✓ confirmed" in page


def test_an_address_that_nobody_confirmed_is_pending(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = target.sns.create_topic(Name="topic")["TopicArn"]
    target.outputs["TopicArn"] = arn  # type: ignore[index]
    target.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:q")
    page = {
        "Subscriptions": [{"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": "a@b"}]
    }
    paginator = type("P", (), {"paginate": lambda *_, **__: [page]})()
    monkeypatch.setattr(target.sns, "get_paginator", lambda _: paginator)
    [found] = inbox.subscriptions(target)
    assert (found.endpoint, found.confirmed) == ("a@b", False)


def test_what_running_sinks_took_and_refused_is_in_the_inbox(
    target: Target, mails: list[dict[str, Any]]
) -> None:
    with LocalSinks() as sinks, ControlServer(sinks) as control:
        ledger = sinks.sinks[SinkName.HEC].ledger
        ledger.add([SinkFinding({"event": {"n": number}, "sourcetype": "s"}) for number in range(inbox.MOST)])
        ledger.add([SinkFinding({}, "Invalid token")])
        found = inbox.content(target, find_sinks=lambda: SinksClient(control.port))
    assert (found.sinks, len(found.entries)) == (True, inbox.MOST)
    assert (found.entries[0].problem, found.entries[1].facts) == (
        "Invalid token",
        [("event.n", "49"), ("sourcetype", "s")],
    )


def test_sinks_that_were_stopped_meanwhile_leave_the_mails(
    target: Target, mails: list[dict[str, Any]]
) -> None:
    class Stopped:
        def status(self) -> None:
            raise NotUp("the sinks do not answer")

    mails.append(mail("x"))
    found = inbox.content(target, find_sinks=lambda: Stopped())  # type: ignore[arg-type,return-value]
    assert [each.channel for each in found.entries] == ["mail"]
