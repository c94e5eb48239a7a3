"""Inbox of the lab: mails in the emulator's mailbox, and what the sinks received, if they run."""

from collections.abc import Callable
from dataclasses import dataclass

from ops.lab.app.target import Target
from ops.lab.console.alarms.inbox_entry import InboxEntry, of_arrival, of_mail
from ops.lab.errors import NotUp, Refused
from ops.lab.local.directory import lab_directory
from ops.lab.probes import alarms
from ops.lab.probes.received_mail import ReceivedMail
from ops.lab.sinks import sinks_process
from ops.lab.sinks.access import SinkName
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.ledger import Arrival

# As many of each kind are shown.
MOST = 50


@dataclass(frozen=True)
class InboxContent:
    """`entries` are the newest first; `older` mails are not shown. `sinks` says whether the sinks run."""

    entries: list[InboxEntry]
    older: int
    sinks: bool

    @property
    def first(self) -> list[InboxEntry]:
        """Those that tell of an alarm, or that a sink refused."""
        return [each for each in self.entries if each.alarm or each.problem]

    @property
    def others(self) -> list[InboxEntry]:
        """The rest: a failed event sends one as well, and there may be hundreds of them."""
        return [each for each in self.entries if not (each.alarm or each.problem)]


@dataclass(frozen=True)
class TopicSubscription:
    """Who is told what a topic is told. An address is confirmed once its owner follows AWS's link."""

    topic: str
    protocol: str
    endpoint: str
    confirmed: bool


def content(
    target: Target,
    *,
    of_alarms: bool = False,
    find_sinks: Callable[[], SinksClient | None] | None = None,
) -> InboxContent:
    """What arrived in the lab; an account keeps no inbox. `of_alarms` leaves out what tells of no alarm."""
    known = alarms.names_in_account(target)
    mails = [of_mail(ReceivedMail.from_document(each), each, known) for each in alarms.mailbox(target)]
    if of_alarms:
        mails = [each for each in mails if each.alarm]
    of_events, told = [each for each in mails if not each.alarm], [each for each in mails if each.alarm]
    entries = [*of_events[-MOST:], *told[-MOST:]]
    older = len(mails) - len(entries)
    client = (find_sinks or _running_sinks)()
    if client is not None:
        entries += [of_arrival(sink, each, known) for sink in SinkName for each in _newest(client, sink)]
    if of_alarms:
        entries = [each for each in entries if each.alarm]
    # LocalStack keeps the second of a mail: what came later in it stands later in the mailbox, of its kind.
    entries.reverse()
    entries.sort(key=lambda each: each.at, reverse=True)
    return InboxContent(entries, older, client is not None)


def subscriptions(target: Target) -> list[TopicSubscription]:
    """Those of the app's topics: one call for each topic."""
    topics = {key: arn for key, arn in sorted(target.outputs.items()) if key.endswith("TopicArn")}
    found = []
    for output, arn in topics.items():
        pages = target.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        for each in (each for page in pages for each in page["Subscriptions"]):
            # "PendingConfirmation" stands in the place of its ARN (SNS API reference, Subscription).
            confirmed = each["SubscriptionArn"].startswith("arn:")
            found.append(TopicSubscription(output, each["Protocol"], each["Endpoint"], confirmed))
    return found


def _running_sinks() -> SinksClient | None:
    running = sinks_process.living(lab_directory())
    return running.client if running else None


def _newest(client: SinksClient, sink: SinkName) -> list[Arrival]:
    try:
        status = client.status()[sink.value]
        return client.received(sink, after=max(0, status["valid"] + status["invalid"] - MOST))
    except (NotUp, Refused):  # they were stopped meanwhile
        return []
