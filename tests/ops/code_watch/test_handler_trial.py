"""What keeps broken code from being swapped: the handlers are imported first, in a process of their own."""

from pathlib import Path

import pytest

from ops.lab.code_watch.handler_trial import HandlerTrial
from tests.ops.code_watch.repository_copy import HANDLER, HELLO, write_assembly, write_repository


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return write_repository(tmp_path / "repository")


def tried(repository: Path, text: str) -> list[str]:
    packed = write_assembly(repository.parent / "cdk.out", repository) / "asset.1"
    (repository / HELLO).write_text(text)
    return [str(broken) for broken in HandlerTrial(packed, repository, [HANDLER]).run()]


def test_a_handler_may_import_the_sdk_and_what_is_packed_with_it(repository: Path) -> None:
    assert tried(repository, "import boto3, greeting\ndef handler(event, context): ...\n") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = 1\ndef handler(:\n", f"{HELLO}:2: SyntaxError: invalid syntax"),
        ("import nothing\n", f"{HELLO}:1: ModuleNotFoundError: No module named 'nothing'"),
        # The lab has it, and Lambda would not.
        ("import typer\n", f"{HELLO}:1: ModuleNotFoundError: No module named 'typer'"),
        ("1 / 0\n", f"{HELLO}:1: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit('over')\n", f"{HELLO}:2: SystemExit: over"),
    ],
)
def test_what_cannot_be_imported_is_told_with_its_place(repository: Path, text: str, found: str) -> None:
    assert tried(repository, text) == [found]


def test_a_handler_that_is_gone_is_told(repository: Path) -> None:
    (told,) = tried(repository, "def handle(event, context): ...\n")
    assert "has no attribute 'handler'" in told


def test_a_trial_that_is_not_needed_leaves_no_process(repository: Path) -> None:
    packed = write_assembly(repository.parent / "cdk.out", repository) / "asset.1"
    trial = HandlerTrial(packed, repository, [HANDLER])
    trial.end()
    assert trial._process.returncode is not None
