"""`lab dlq purge` and `lab dlq resend`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from ops.lab.app import queue_depth
from ops.lab.app.dlq_purge import PurgedLetters, new_record
from ops.lab.app.dlq_purge import purge as purge_dlq
from ops.lab.app.dlq_resend import resend as resend_letters
from ops.lab.commands.deploy import confirm
from ops.lab.confirmation import YesOption, confirm_first
from ops.lab.console.changes.action_journal import note_of_terminal
from ops.lab.errors import CommandError, Interrupted
from ops.lab.local.directory import lab_directory
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.terminal import escape, json_text, out

KeyOption = Annotated[
    list[str] | None, typer.Option("--key", help="Only letters of this idempotency key; again for more.")
]

app = typer.Typer(
    no_args_is_help=True, help="The dead-letter queue: send anew under another key, or throw away."
)


@app.command()
def purge(
    yes: YesOption = False,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Delete every message of the DLQ, after asking. Each is first written to a file of JSON lines.

    What is in flight, at a redrive job say, stays. Look before: lab redrive preview. Beside a drill it is
    refused: the drill's own dead letters would go.
    """
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    there = queue_depth.dead_letter_queue(chosen).total
    if not there:
        print(json.dumps({"deleted": 0, "left": 0})) if as_json else out().print("the DLQ holds no messages")
        return
    if target is TargetName.AWS:
        confirm(chosen, yes, f"delete the {there} messages of its DLQ")
    else:
        question = f"Delete the {there} messages of the DLQ?"
        confirm_first(question, yes=yes, otherwise="nothing was deleted")
    done = PurgedLetters(new_record(lab_directory().purged))
    with _told_if_interrupted(done):
        for _ in purge_dlq(chosen, done, there):
            pass
    note_of_terminal(chosen, "Purge of the DLQ", "lab dlq purge", f"{done.deleted} letters deleted")
    if as_json:
        print(json_text(asdict(done)))
    else:
        _show(done)
    if done.failed:
        raise CommandError(f"SQS did not delete {done.failed} messages", hint="do it again: lab dlq purge")


@app.command()
def resend(
    key: KeyOption = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Send events whose key another event has taken, each under a new key. Its dead letter goes then.

    For a producer that used keys twice (IdempotencyKeyReused): a redrive of such a letter fails again. The
    new key is the old one and a part of the payload's checksum: whoever sends it twice sends a duplicate.
    """
    refuse_beside_others(target, env)
    sent = resend_letters(choose(target, env), key)
    if as_json:
        print(json.dumps([asdict(each) for each in sent], indent=2))
    else:
        for each in sent:
            out().print(f"[green]✓[/] {escape(each.old_key)} → {escape(each.new_key)}", soft_wrap=True)
        out().print(f"sent under new keys: {len(sent)}")


@contextmanager
def _told_if_interrupted(done: PurgedLetters) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted: {done.deleted} messages were deleted", hint=f"they are in {done.record}"
        ) from None


def _show(done: PurgedLetters) -> None:
    out().print(f"[green]✓[/] {done.deleted} messages deleted; the DLQ holds {done.left}")
    out().print(f"  what they were: {escape(str(done.record))}", soft_wrap=True)
