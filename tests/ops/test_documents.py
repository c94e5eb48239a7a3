"""Runbooks and gamedays name nothing that is not there: commands, alarms, words of the code, calls of AWS."""

import re
import shlex
from functools import cache
from typing import Any, cast

import botocore.session
import pytest
import typer
from botocore import xform_name
from typer.core import TyperGroup

from infra.app import build, new_app
from ops.lab.app.event_story import story_of_key
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands.trace import lines_of
from ops.lab.repository import REPOSITORY
from scenarios.documents import (
    FOLDERS,
    Document,
    Preparation,
    documents,
    interview_notes,
    missing_line,
    preparations,
    workshop_guides,
)
from tests.ops.app.told_event import BEGAN, KEY, killed_then_processed

RUNBOOK = [
    "What pages you",
    "What it means",
    "Confirm",
    "Stop the bleeding",
    "Repair",
    "Redrive",
    "Prove it is over",
    "Afterwards",
    "On AWS",
]
GAMEDAY = [
    "Objective",
    "Roles",
    "Prepare",
    "Inject",
    "Notice",
    "Decide",
    "Repair",
    "Prove",
    "Debrief",
    "Reset",
]
INDEXES = [Document(path, path.read_text()) for path in (REPOSITORY / each / "README.md" for each in FOLDERS)]
FOLDER = REPOSITORY / FOLDERS[0]
EVERYTHING = documents() + INDEXES + [interview_notes(), *workshop_guides()]
# Typer brings a Click of its own, whose errors it does not export by name.
USAGE_ERROR = typer.BadParameter.__mro__[1]
# Global options of the AWS command line, which no operation declares.
AWS_GLOBALS = {"query", "output", "region", "profile"}

each_document = pytest.mark.parametrize("document", EVERYTHING, ids=lambda document: document.name)


@each_document
def test_every_lab_command_line_is_one(document: Document) -> None:
    for line in document.commands():
        parse(line)


@pytest.mark.parametrize(
    "line",
    ["lab brake none", "lab break nothing", "lab alarms --loud", "lab wait queue none", "lab keys show"],
)
def test_a_command_line_that_is_none_is_found(line: str) -> None:
    with pytest.raises(USAGE_ERROR):
        parse(shlex.split(line))


@each_document
def test_every_word_in_backticks_is_of_the_code(document: Document) -> None:
    words = {word for word in document.words() if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", word)}

    assert sorted(word for word in words if not is_known(word)) == []


@each_document
def test_every_aws_command_is_one(document: Document) -> None:
    for block in document.blocks("bash aws-only"):
        for line in block.text.replace("\\\n", " ").splitlines():
            assert aws_mistakes(shlex.split(line)) == []


def test_an_aws_command_that_is_none_is_found() -> None:
    assert aws_mistakes(["aws", "sqs", "purge-queues"]) == ["sqs purge-queues"]
    assert aws_mistakes(["aws", "sqs", "purge-queue", "--queue", "u"]) == ["--queue"]


@each_document
def test_every_link_leads_somewhere(document: Document) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", document.text)

    assert [link for link in links if not (document.path.parent / link).is_file()] == []


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_document_has_the_sections_of_its_kind(document: Document) -> None:
    assert document.headings() == (RUNBOOK if document.path.parent.name == "runbooks" else GAMEDAY)


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_kind_of_block_is_known(document: Document) -> None:
    kinds = set(re.findall(r"^```(.+)$", document.text, re.MULTILINE))

    assert kinds <= {"bash", "bash aws-only", "text"}
    shown = sum(bool(block.expected) for block in document.blocks("bash"))
    assert shown == len(re.findall(r"^```text$", document.text, re.MULTILINE))


def test_every_alarm_has_its_runbook_and_every_runbook_its_alarm() -> None:
    index = next(each for each in INDEXES if each.name == "runbooks/README")
    named = set(re.findall(r"^\| `(\w+)` \|", index.text, re.MULTILINE))

    assert named == alarms()


def test_every_document_is_in_its_index() -> None:
    for index in INDEXES:
        mine = {each.path.name for each in documents() if each.path.parent == index.path.parent}
        assert mine <= set(re.findall(r"\]\((\w+\.md)\)", index.text))


def test_each_readme_prepares_with_an_empty_lab_that_the_scenarios_can_deploy() -> None:
    assert [each.context["envName"] for each in preparations()] == ["lab", "lab"]


@pytest.mark.parametrize("commands", ["lab up", "lab up\nlab down", "lab down\nlab status"])
def test_a_preparation_that_is_another_is_refused(commands: str) -> None:
    readme = Document(FOLDER / "README.md", f"```bash\n{commands}\n```\n")
    with pytest.raises(ValueError, match=r"README|unpack"):
        _ = Preparation(readme).context


def test_the_documents_come_in_the_order_of_their_readme() -> None:
    names = [each.name for each in documents()]
    gamedays = [name for name in names if name.startswith("gamedays/")]
    assert names[0] == "runbooks/dlq_depth_alarm"
    assert gamedays[:2] == ["gamedays/schema_break", "gamedays/slow_downstream"]


@pytest.mark.parametrize(
    ("expected", "missing"),
    [
        (("a … c",), None),
        (("b …",), "b …"),
        (("a b c", "d"), None),
        (("d", "a b c"), "a b c"),
        (("a", "d"), "a"),
    ],
)
def test_expected_lines_come_whole_and_in_order(expected: tuple[str, ...], missing: str | None) -> None:
    assert missing_line(expected, "a  b   c\nnoise\nd\n") == missing


def test_what_is_quoted_is_no_chain_of_commands() -> None:
    block = """```bash
lab query 'filter a = "b" | stats count(*)' --json | tail -n 1; lab status && lab keys show "$(lab alarms)"
```
"""
    assert Document(FOLDER / "README.md", block).commands() == [
        ["lab", "query", 'filter a = "b" | stats count(*)', "--json"],
        ["lab", "status"],
        ["lab", "keys", "show", "$(lab alarms)"],
    ]


def parse(line: list[str]) -> None:
    """Raise UsageError where `lab` would refuse the line before it does anything."""
    command: Any = typer.main.get_command(app)
    context, arguments = command.make_context("lab", [], resilient_parsing=True), line[1:]
    while isinstance(command, TyperGroup) and arguments:
        name, command, arguments = command.resolve_command(context, arguments)
        if command is None:
            raise USAGE_ERROR(f"there is no command {line}")
        nested = isinstance(command, TyperGroup)
        context = command.make_context(
            name, [] if nested else list(arguments), parent=context, resilient_parsing=nested
        )


@cache
def alarms() -> frozenset[str]:
    """Of the app as it is synthesized."""
    return frozenset(build(new_app()).observability.alarms)


@cache
def code() -> str:
    folders = ("functions", "infra", "ops/lab", "scenarios/drills")
    files = [
        path
        for folder in folders
        for path in (REPOSITORY / folder).rglob("*.py")
        if "node_modules" not in path.parts
    ]
    return "\n".join(path.read_text() for path in files)


def is_known(word: str) -> bool:
    """Whether it is an alarm, or stands in the code; context keys are fields in camelCase."""
    snake = re.sub(r"(?<!^)(?=[A-Z0-9])", "_", word).lower()
    return word in alarms() or any(re.search(rf"\b{re.escape(each)}\b", code()) for each in (word, snake))


def aws_mistakes(line: list[str]) -> list[str]:
    """What botocore's service models do not have of `aws SERVICE OPERATION --parameter …`."""
    if line[:1] != ["aws"]:
        return []
    service, operation = line[1:3]
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in operations:
        return [f"{service} {operation}"]
    shape: Any = model.operation_model(operations[operation]).input_shape
    known = {xform_name(name, "-") for name in shape.members} | AWS_GLOBALS
    given = [argument for argument in line[3:] if argument.startswith("--")]
    return [each for each in given if each[2:].removeprefix("no-") not in known]


def test_the_trace_in_the_runbook_of_latency_is_so_too_where_the_first_attempt_was_cut_off() -> None:
    """On a slow machine it may be: the worker's timeout is short."""
    [runbook] = [each for each in documents() if each.name == "runbooks/high_latency"]
    [block] = [each for each in runbook.blocks("bash") if "lab trace" in each.text]
    expected = block.expected[block.expected.index("… ingest … ✓ …") :]
    story = story_of_key(cast(Target, killed_then_processed()), KEY, BEGAN - 60)
    assert missing_line(expected, "\n".join(line.plain for line in lines_of(story))) is None
