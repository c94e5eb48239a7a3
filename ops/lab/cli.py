"""The `lab` command: each subcommand stands in a file of its own in `commands`."""

import os
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from ops.lab.app.aws_errors import as_lab_error
from ops.lab.commands import (
    alarms,
    bench,
    delivery,
    deploy,
    doctor,
    down,
    drill,
    error_types,
    failures,
    keys,
    logs,
    metrics,
    redrive,
    send,
    sinks,
    status,
    tune,
    up,
    wait,
)
from ops.lab.commands.files import group as files
from ops.lab.console import show_error
from ops.lab.errors import LabError


class LabGroup(TyperGroup):
    """Shows an expected error as a line and a hint and ends with its exit code; LAB_DEBUG=1 raises it."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LabError as error:
            raise _ended_by(error) from error
        except (BotoCoreError, ClientError) as error:
            raise _ended_by(as_lab_error(error)) from error


def _ended_by(error: LabError) -> Exception:
    if os.environ.get("LAB_DEBUG"):
        return error
    show_error(error)
    return typer.Exit(error.exit_code)


app = typer.Typer(
    cls=LabGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="A serverless ingestion pipeline to break, watch fail, repair and redrive.",
)
app.command("up")(up.up)
app.command("down")(down.down)
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)
app.command("send")(send.send)
app.command("logs")(logs.logs)
app.command("break")(failures.break_pipeline)
app.command("heal")(failures.heal_pipeline)
app.add_typer(redrive.app, name="redrive")
app.command("alarms")(alarms.alarms)
app.command("metrics")(metrics.metrics)
app.command("errors")(error_types.errors)
app.command("pause")(delivery.pause)
app.command("resume")(delivery.resume)
app.command("tune")(tune.tune)
app.command("deploy")(deploy.deploy)
app.add_typer(bench.app, name="bench")
app.add_typer(files.app, name="files")
app.add_typer(files.app, name="csv", hidden=True)
app.add_typer(drill.app, name="drill")
app.add_typer(keys.app, name="keys")
app.add_typer(wait.app, name="wait")
app.add_typer(sinks.app, name="sinks")
