"""Commands of `lab`: where each stands, and what the list of them says, so that showing it imports none.

A test compares the words with those of the command itself.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand

_PACKAGE = "ops.lab.commands"


@dataclass(frozen=True)
class LabCommand:
    """One command, or a group. `where` is a module of `ops.lab.commands`, and a function or group of it."""

    name: str
    where: str
    help: str
    hidden: bool = False

    def load(self) -> Any:
        """Import it, and have Typer make of it what Click calls."""
        module, _, attribute = self.where.partition(":")
        found = getattr(import_module(f"{_PACKAGE}.{module}"), attribute)
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=self.name, hidden=self.hidden)
            return _settle(typer.main.get_group(alone).commands[self.name])
        alone.command(self.name)(found)
        return _settle(typer.main.get_command(alone))

    def stub(self) -> TyperCommand:
        """What stands for it in a list."""
        return TyperCommand(self.name, help=self.help, hidden=self.hidden)


def _settle(command: Any) -> Any:
    """Return the command, or group with its commands, with texts that Typer breaks where the terminal ends.

    Typer joins the lines of a docstring's first paragraph alone; the others would be broken where the source
    is. A number with bounds is `int range` to it, in the help and in its complaint.
    """
    for each in getattr(command, "commands", {}).values():
        _settle(each)
    if command.help:
        command.help = _joined(command.help)
    for parameter in command.params:
        if parameter.type.name.endswith(" range"):
            parameter.type.name = parameter.type.name.removesuffix(" range")
    return command


def _joined(text: str) -> str:
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(" ".join(line.strip() for line in each.splitlines()) for each in paragraphs)


COMMANDS = (
    LabCommand(
        "up",
        "up_down:up",
        "Start LocalStack, deploy the app to it and send one event through. Harmless when it is up already.",
    ),
    LabCommand(
        "down",
        "up_down:down",
        "Stop LocalStack, every function and the console, and remove what they wrote."
        " Harmless when nothing is up.",
    ),
    LabCommand(
        "reset",
        "reset:reset",
        "Take the lab back to how its last deployment left it, and empty: in seconds, with the same"
        " addresses.",
    ),
    LabCommand(
        "status",
        "status:status",
        "Show where everything is and how it is. Ends with 4 where the lab is not up.",
    ),
    LabCommand(
        "doctor",
        "doctor:doctor",
        "Check what the lab needs, each with what to do about it. Ends with 1 where something is broken.",
    ),
    LabCommand(
        "setup",
        "doctor:setup",
        "Install what `lab up` needs and pip does not bring. In a checkout, `make setup` does it.",
    ),
    LabCommand(
        "settings",
        "settings:settings",
        "Show every setting of the app: default, value in the lab, range, meaning, and what uses it.",
    ),
    LabCommand(
        "send", "send:send", "Post events through the API; with --wait, account for every one of them."
    ),
    LabCommand("logs", "logs:logs", "Show what the functions log, oldest first."),
    LabCommand(
        "query",
        "query:query",
        "Ask the functions' logs in the language of Logs Insights: a saved query by its name, or any other.",
    ),
    LabCommand("break", "failures:break_pipeline", "Make the pipeline fail in a chosen way."),
    LabCommand("heal", "failures:heal_pipeline", "Switch the failure mode off, by the app's reset function."),
    LabCommand("redrive", "redrive:app", "Look into the DLQ and move messages back."),
    LabCommand(
        "alarms", "alarms:alarms", "Show every alarm: its state, since when, and on what condition it rises."
    ),
    LabCommand(
        "call",
        "call:call",
        "Call any AWS operation of the running lab, and print its answer as JSON.",
    ),
    LabCommand("dlq", "dlq:app", "The dead-letter queue: send anew under another key, or throw away."),
    LabCommand(
        "watch",
        "watch:watch",
        "Watch the ingestion pipeline: queues, ages, rates, alarms, failure mode. Ctrl-C ends it.",
    ),
    LabCommand(
        "console",
        "console:console",
        "Serve the console: a page that shows the pipeline live, and breaks, feeds and repairs it. "
        "Ctrl-C ends it.",
    ),
    LabCommand(
        "mail",
        "mail:mail",
        "Read the mail of alarms and of events that failed, the latest last. On AWS only addressees can.",
    ),
    LabCommand(
        "metrics",
        "metrics:metrics",
        "Show the dashboard's numbers: of the API, the functions, the queues, and what was achieved.",
    ),
    LabCommand(
        "errors",
        "logs:errors",
        "Which errors the functions logged, how often, for how many events, and when last.",
    ),
    LabCommand(
        "pause",
        "tune:pause",
        "Stop the delivery to the worker: messages wait in the queue,"
        " and none of them is used up by retries.",
    ),
    LabCommand("resume", "tune:resume", "Deliver to the worker again."),
    LabCommand(
        "tune",
        "tune:tune",
        "Show the pipeline's levers, beside what the template says, and set those that are given.",
    ),
    LabCommand(
        "deploy",
        "deploy:deploy",
        "Deploy the app to a container that is up, or to your AWS account after you have confirmed"
        " which one.",
    ),
    LabCommand("code", "code:app", "The functions' code: which they run, and back to their stacks'."),
    LabCommand("bench", "bench:app", "Measure how fast things are on this machine."),
    LabCommand("files", "files.group:app", "Files through S3: upload, follow, measure, break, redrive."),
    LabCommand(
        "csv", "files.group:app", "Files through S3: upload, follow, measure, break, redrive.", hidden=True
    ),
    LabCommand(
        "drill", "drill:app", "Break the pipeline on purpose, repair it, prove that nothing was lost."
    ),
    LabCommand(
        "incident",
        "incident:app",
        "Something is wrong, nobody says what: find it, repair it, prove that it is over.",
    ),
    LabCommand(
        "room",
        "room:app",
        "The room of a workshop: a facilitator's board of everyone's cards. No incident needs one.",
    ),
    LabCommand("iam", "iam:app", "Permissions: calls that AWS would deny, and grants unused."),
    LabCommand("outcomes", "outcomes:app", "Outcome events: which a target of the bus did not take."),
    LabCommand("keys", "keys:app", "The idempotency keys: what became of each event."),
    LabCommand(
        "trace",
        "trace:trace",
        "Tell one event's story: each attempt as a waterfall with its log lines, its state, its outcomes.",
    ),
    LabCommand("wait", "wait:app", "Wait until something is so; end with 6 if it does not happen."),
    LabCommand(
        "sinks", "sinks:app", "Sinks: a mail server, Splunk HEC and Dynatrace, which check what they receive."
    ),
)
