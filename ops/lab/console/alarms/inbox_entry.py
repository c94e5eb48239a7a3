"""Entry of the inbox: a mail or a webhook as a person reads it, and as it came."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.lab.probes.received_mail import ReceivedMail
from ops.lab.sinks.access import SinkName
from ops.lab.sinks.ledger import Arrival

_SINKS = {SinkName.SMTP: "mail server", SinkName.HEC: "Splunk HEC", SinkName.DYNATRACE: "Dynatrace"}
# A line of an alarm's mail, "- Reason for State Change:    Threshold Crossed …", and which are read.
_FACT = re.compile(r"- ([A-Z][A-Za-z ]{1,40}):[ \t]+(\S.*)")
_READ = (
    *("Name", "Description", "State Change", "Reason for State Change", "Timestamp"),
    *("MetricName", "Dimensions", "Statistic", "Period"),
)
# What SNS puts below a text that it mails.
_FOOTER = "\n\n--\nIf you wish to stop receiving notifications"
_ALARM_MAIL = "You are receiving this email because your Amazon CloudWatch Alarm "
# SNS signs what it sends: the mail as it came has the rest.
_ENVELOPE = ("Type", "Message")


@dataclass(frozen=True)
class InboxEntry:
    """`id` is the entry's own, `channel` what took it, `at` epoch seconds. `facts` are names and values where
    the body is JSON or an alarm's mail; `text` is what is to be read beside them.

    `alarm` is the app's name of the alarm that it tells of, empty where it tells of none. `problem` is why a
    sink refused it. `raw` is all of it.
    """

    id: str
    channel: str
    at: float
    sender: str
    recipients: Sequence[str]
    subject: str
    text: str
    facts: Sequence[tuple[str, str]]
    alarm: str
    raw: str
    problem: str = ""


def of_mail(mail: ReceivedMail, document: Mapping[str, Any], alarms: Mapping[str, str]) -> InboxEntry:
    """A mail of the emulator's mailbox. `alarms` are the app's names by those of the account."""
    facts, text = _laid_out(mail.text)
    return InboxEntry(
        id=f"mail-{document.get('Id') or mail.at.timestamp()}",
        channel="mail",
        at=mail.at.timestamp(),
        sender=mail.sender,
        recipients=mail.recipients,
        subject=mail.subject,
        text=text,
        facts=facts,
        alarm=_alarm_in((mail.subject, mail.text), alarms),
        raw=str(document.get("RawData") or _as_sent(mail)),
    )


def of_arrival(sink: SinkName, arrival: Arrival, alarms: Mapping[str, str]) -> InboxEntry:
    """What a sink received, or refused."""
    document, raw = arrival.document, _document(arrival.document)
    if sink is SinkName.SMTP and "text" in document:
        facts, text = _laid_out(str(document["text"]))
        sender, recipients = str(document.get("from", "")), [str(to) for to in document.get("recipients", ())]
        subject = str(document.get("subject", ""))
    else:
        facts, text, sender, recipients = list(_pairs(document)), "", "", []
        subject = str(document.get("key") or document.get("sourcetype") or "refused" * bool(arrival.problem))
    return InboxEntry(
        id=f"{sink.value}-{arrival.number}",
        channel=_SINKS[sink],
        at=arrival.at,
        sender=sender,
        recipients=recipients,
        subject=subject,
        text=text,
        facts=facts,
        alarm=_alarm_in((subject, raw), alarms),
        raw=raw,
        problem=arrival.problem,
    )


def _laid_out(body: str) -> tuple[list[tuple[str, str]], str]:
    """Facts of the body, and what of it is to be read as text."""
    body = body.partition(_FOOTER)[0].strip()
    document = _json(body)
    if document is not None:
        inner = _json(document["Message"]) if set(_ENVELOPE) <= document.keys() else None
        return list(_pairs(inner if inner is not None else document)), ""
    if body.startswith(_ALARM_MAIL):
        found = [match.groups() for line in body.splitlines() if (match := _FACT.fullmatch(line.rstrip()))]
        facts = [(name, value) for name, value in found if name in _READ]
        return facts, "" if facts else body
    return [], body


def _pairs(document: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Names and values in the document's order. One level of what is nested has names such as detail.status;
    what is deeper is JSON."""
    for name, value in document.items():
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, Mapping) and not before:
            yield from _pairs(value, f"{name}.")
        else:
            yield f"{before}{name}", value if isinstance(value, str) else _document(value)


def _as_sent(mail: ReceivedMail) -> str:
    to = ", ".join(mail.recipients)
    return f"Date: {mail.at}\nFrom: {mail.sender}\nTo: {to}\nSubject: {mail.subject}\n\n{mail.text}"


def _json(text: object) -> dict[str, Any] | None:
    """The object that the text is; None where it is none."""
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _alarm_in(texts: Iterable[str], alarms: Mapping[str, str]) -> str:
    """The alarm that a text names, the first one with any. The longest name is looked for first."""
    for text in texts:
        for name in sorted(alarms, key=len, reverse=True):
            if name in text:
                return alarms[name]
    return ""


def _document(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
