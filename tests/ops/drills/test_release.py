"""A release changes the lines that it names, and its way back undoes no later one."""

import io
import zipfile
from typing import Any

import pytest

from ops.lab.actions import release as action
from ops.lab.actions.release import SourceEdit, edited, release
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut
from tests.ops.deployed_worker import deploy_worker

RENAME = SourceEdit("app/read.py", 'event["orderId"]', 'event["order_id"]')


def archive(text: str = 'value = event["orderId"]\n') -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        written.writestr("app/read.py", text)
        written.writestr("app/other.py", "other = 1\n")
    return content.getvalue()


def read(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


def test_only_the_named_text_is_changed() -> None:
    found = read(edited(archive(), [RENAME]))

    assert found == {"app/read.py": 'value = event["order_id"]\n', "app/other.py": "other = 1\n"}


@pytest.mark.parametrize(
    ("content", "edit"),
    [
        (archive("value = 1\n"), RENAME),
        (archive('event["orderId"], event["orderId"]\n'), RENAME),
        (archive(), SourceEdit("app/missing.py", "a", "b")),
    ],
    ids=["not there", "twice", "no such file"],
)
def test_an_edit_that_does_not_fit_is_not_released(content: bytes, edit: SourceEdit) -> None:
    with pytest.raises(NotCarriedOut):
        edited(content, [edit])


@pytest.fixture
def worker(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    deploy_worker(target)
    target.functions.update_function_code(FunctionName="worker", ZipFile=archive())
    stored: Any = archive()
    monkeypatch.setattr(action, "code_of", lambda _target, _name: stored)
    return target


def sha256(target: Target) -> str:
    return target.functions.get_function_configuration(FunctionName="worker")["CodeSha256"]


def test_the_way_back_gives_the_code_before(worker: Target) -> None:
    before = sha256(worker)

    change = release(worker, FunctionName.WORKER, [RENAME])

    assert sha256(worker) != before
    change.restore()
    assert sha256(worker) == before


def test_a_later_release_stays(worker: Target) -> None:
    change = release(worker, FunctionName.WORKER, [RENAME])
    worker.functions.update_function_code(FunctionName="worker", ZipFile=archive("value = 3\n"))
    later = sha256(worker)

    change.restore()

    assert sha256(worker) == later
