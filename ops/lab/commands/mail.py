"""`lab mail`: what alarms and failed events had sent, read from the emulator's inbox."""

from dataclasses import asdict
from datetime import UTC
from typing import Annotated

import typer

from ops.lab.errors import Refused
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose
from ops.lab.probes.alarms import mailbox
from ops.lab.probes.received_mail import ReceivedMail
from ops.lab.terminal import escape, json_text, out
from ops.lab.whole_table import printable


def mail(
    most: Annotated[int, typer.Option("--max", "-n", min=1, help="So many at most, the latest.")] = 20,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Read the mail of alarms and of events that failed, the latest last. On AWS only addressees can."""
    if target is TargetName.AWS:
        raise Refused(
            "AWS keeps no inbox: a mail is with its addressee alone",
            hint="which alarms ring: lab alarms --raised --target aws",
        )
    found = [ReceivedMail.from_document(each) for each in mailbox(choose(target, env))]
    latest = sorted(found, key=lambda each: each.at)[-most:]
    if as_json:
        print(json_text([asdict(each) for each in latest]))
        return
    for each in latest:
        _show(each)
    if not found:
        out().print(
            "no mail yet: one comes when an alarm rings, and for an event that fails for good. "
            "To whom is a setting: lab up -c alarmEmail=me@example.com",
            soft_wrap=True,
        )
    elif len(latest) < len(found):
        out().print(f"[dim]{len(latest)} of {len(found)}: --max {len(found)}[/]")


def _show(each: ReceivedMail) -> None:
    clock = f"{each.at.astimezone(UTC):%m-%d %H:%M:%S} UTC"
    to = escape(printable(", ".join(each.recipients)))
    out().print(f"[bold]{escape(printable(each.subject))}[/]  [dim]{clock}, to {to}[/]", soft_wrap=True)
    for line in each.text.splitlines():
        out().print(f"  {escape(printable(line))}", soft_wrap=True)
