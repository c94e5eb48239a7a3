"""Every command of the runbooks, gamedays and interview notes works as written, and shows what they say.

Each document is replayed as its reader meets it. The preparation of its README comes first: the app as that
`lab up` deploys it, with the event that `lab up` sends by itself and nothing else, as after `lab down`. Then
its commands from top to bottom in one shell; afterwards everything that it changed must be as it was.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.lab.actions import event_source, failure_mode
from ops.lab.actions.levers import LEVERS
from ops.lab.app import queue_depth, worker_mapping
from ops.lab.app.deployed_template import Template
from ops.lab.app.failure_mode import read_mode
from ops.lab.app.sample_event import send_sample
from ops.lab.app.target import Target
from ops.lab.probes import alarms
from ops.lab.probes.state_table import all_keys
from ops.lab.waiting import eventually
from scenarios.conftest import SPEED, Ground
from scenarios.deployed import Deployed
from scenarios.documents import Document, documents, interview_notes, missing_line, preparations
from scenarios.shell import run

pytestmark = pytest.mark.one_topology


@pytest.fixture(scope="module")
def lab(ground: Ground, topology: str) -> Iterator[Deployed]:
    """The app as the documented preparation deploys it, on an emulator of its own."""
    if topology != "direct":
        pytest.skip("the documents need an emulator of their own, prepared as they say")
    [context] = {tuple(sorted(each.context.items())) for each in preparations()}
    [speed] = {each.speed for each in preparations()}
    assert speed == SPEED, "the scenarios' emulators let alarms pass at another speed"
    with ground(dict(context), topology) as deployed:
        yield deployed


@pytest.fixture
def prepared(lab: Deployed) -> Iterator[Target]:
    """As `lab down` and `lab up` leave it: empty, but for the event that `lab up` sends as its proof, and no
    alarm raised, which a document would take for that of its own fault."""
    lab.watchdog.check()
    _wipe(lab.target)
    send_sample(lab.target, moves=lab.engine.function_seconds)
    eventually(
        lambda: alarms.raised(lab.target, alarms.names(lab.target)),
        within=60,
        until=lambda raised: raised == alarms.NONE,
        what="the end of the alarms of the document before",
    )
    try:
        yield lab.target
    finally:
        if lab.engine.ailment() is None:
            _restore(lab.target)
            _wipe(lab.target)


# Each wait of a document has its own deadline, which is told with what it waits for: 600 s, of `lab wait`.
@pytest.mark.timeout(1200, func_only=True)
@pytest.mark.parametrize("document", [*documents(), interview_notes()], ids=lambda document: document.name)
def test_the_commands_of_each_document_work_as_written(
    document: Document, prepared: Target, programs: Path, tmp_path: Path
) -> None:
    blocks = document.blocks("bash")

    ran = run(blocks, prepared, tmp_path, programs)

    shown = ran.printed.get(ran.last_line, "")
    assert ran.exit_code == 0, f"{document.path}:{ran.last_line}\n{shown}\n{ran.stderr}"
    for block in blocks:
        missing = missing_line(block.expected, ran.printed[block.line])
        assert missing is None, (
            f"{document.path}:{block.line} did not print {missing}\n{ran.printed[block.line]}"
        )
    assert _left_behind(prepared) == []


def _left_behind(target: Target) -> list[str]:
    """What is not as it was."""
    template = Template(target)
    drift = [lever.name for lever in LEVERS if lever.now(target) != lever.deployed(target, template)]
    facts = {
        "a failure mode": read_mode(target) != "none",
        "a paused delivery": worker_mapping.state(target) != "Enabled",
        "messages in the queue": queue_depth.main_queue(target).total,
        "messages in the DLQ": queue_depth.dead_letter_queue(target).total,
    }
    return drift + [fact for fact, left in facts.items() if left]


def _restore(target: Target) -> None:
    """What a document that failed half-way did not."""
    failure_mode.heal(target)
    template = Template(target)
    for lever in LEVERS:
        if lever.now(target) != lever.deployed(target, template):
            lever.put(target, lever.deployed(target, template))
    event_source.resume(target)


def _wipe(target: Target) -> None:
    for output in ("QueueUrl", "DlqUrl", "ParkedUrl"):
        target.sqs.purge_queue(QueueUrl=target.output(output))
    for key in list(all_keys(target, time.time())):
        target.dynamodb.delete_item(
            TableName=target.output("TableName"), Key={"idempotencyKey": {"S": key.key}}
        )
