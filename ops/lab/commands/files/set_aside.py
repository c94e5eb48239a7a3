"""`lab files set-aside`: one file's dead letters, into a record and out of the DLQ."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from ops.lab.app import queue_depth
from ops.lab.app.dlq_purge import PurgedLetters, new_record, purge
from ops.lab.commands.files.file_options import choose_files_target
from ops.lab.errors import CommandError, Refused
from ops.lab.files.dead_letter_queue import FileDeadLetter
from ops.lab.local.directory import lab_directory
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, refuse_beside_others
from ops.lab.terminal import escape, out


def set_aside(
    key: Annotated[str, typer.Argument(help="The object's key, as `lab files list` shows it.")],
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Give a file up: delete its dead letters, each of which is first written to a file of JSON lines.

    The files table keeps it as FAILED with its reason. The other dead letters stay.
    """
    refuse_beside_others(target, env)
    chosen = choose_files_target(target, env)
    there = queue_depth.depth(chosen, chosen.output("CsvDlqUrl")).total
    done = PurgedLetters(new_record(lab_directory().purged))
    for _ in purge(
        chosen,
        done,
        there,
        queue="CsvDlqUrl",
        matches=lambda message: FileDeadLetter.of(message).key == key,
    ):
        pass
    if not done.taken:
        done.record.unlink()
        raise Refused(
            f"the DLQ has no message of {key}", hint="which files it has: lab files list --status FAILED"
        )
    if as_json:
        print(json.dumps(asdict(done), indent=2, default=str))
    else:
        where = escape(str(done.record))
        out().print(
            f"[green]✓[/] {escape(key)} is set aside: {done.deleted} messages, now in {where}", soft_wrap=True
        )
        out().print(f"  the DLQ holds {done.left}")
    if done.failed:
        raise CommandError(f"SQS did not delete {done.failed} messages", hint="do it again")
