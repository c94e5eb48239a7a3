"""`lab up --watch` against a running emulator: an edited handler answers, and nothing is lost on the way."""

import base64
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ops.lab.app.code_swap import CodeSwap
from ops.lab.app.target import Target
from ops.lab.code_watch.function_code import FunctionCode
from ops.lab.code_watch.lab_watch import LabWatch
from ops.lab.code_watch.source_watch import SourceWatch
from ops.lab.code_watch.watched_code import WatchedCode
from ops.lab.local import running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.running_lab import RunningLab
from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.ops.code_watch.repository_copy import HANDLER, HELLO, write_assembly, write_repository

STACK = "IngestionLab-watch-Functions"
BUCKET = "watch-assets-000000000000-us-east-1"
KEY = "code.zip"
# Where the event names a folder, the handler tells there that it has begun, and waits until it may end.
ANSWER = (
    "import os, time\n"
    "def handler(event, context):\n"
    "    if 'folder' in event:\n"
    "        open(os.path.join(event['folder'], 'begun'), 'w').close()\n"
    "        while not os.path.exists(os.path.join(event['folder'], 'may-end')):\n"
    "            time.sleep(0.02)\n"
    "    return {answer!r}\n"
)


class Scene:
    """A function that is deployed by a stack, and the watch of the repository that it comes from."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.repository = write_repository(folder / "repository")
        self.edit("first")
        directory = LabDirectory(folder / "lab")
        write_assembly(directory.assembly, self.repository)
        self.target = Target.running(emulator.endpoint, "watch")
        self.archive = FunctionCode(directory.assembly, self.repository).archive()
        self._deploy()
        self.state_file = directory.state_file
        lab = RunningLab(pid=emulator.pid, port=0, log_path=str(emulator.log_path), deployed="now")
        running_lab.save(self.state_file, lab)
        self.told: list[str] = []
        self.code = WatchedCode(directory, self.target, self.repository)
        self.watch = LabWatch(
            self.repository,
            directory.lock_file,
            SourceWatch(self.repository),
            self.code,
            deploy=lambda: pytest.fail("deployed"),
            is_up=lambda: True,
            tell=self.told.append,
        )

    def edit(self, answer: str) -> None:
        (self.repository / HELLO).write_text(ANSWER.format(answer=answer))

    def look(self) -> None:
        """Look until the watch has said something of what was saved."""
        self.told.clear()

        def told() -> list[str]:
            self.watch.look()
            return self.told

        eventually(told, within=60, every=0.1, what="a line of the watch")

    def invoke(self, **event: Any) -> str:
        answer = self.target.functions.invoke(FunctionName=self.function, Payload=json.dumps(event))
        return str(json.loads(answer["Payload"].read()))

    def _deploy(self) -> None:
        self.target.s3.create_bucket(Bucket=BUCKET)
        self.target.s3.put_object(Bucket=BUCKET, Key=KEY, Body=self.archive)
        template = {
            "Resources": {
                "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
                "Hello": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Runtime": "python3.13",
                        "Handler": HANDLER,
                        "Timeout": 55,
                        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                        "Code": {
                            "S3Bucket": {"Fn::Sub": "watch-assets-${AWS::AccountId}-${AWS::Region}"},
                            "S3Key": KEY,
                        },
                    },
                },
            }
        }
        cloudformation = self.target.cloudformation
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(template))
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )

    @property
    def function(self) -> str:
        (found,) = CodeSwap(self.target).functions()
        return found.name

    def close(self) -> None:
        self.code.close()
        self.target.cloudformation.delete_stack(StackName=STACK)


@pytest.fixture(scope="module")
def scene(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(emulator, tmp_path_factory.mktemp("watch"))
    yield scene
    scene.close()


def test_an_edit_is_live_and_what_had_begun_ends_on_the_old_code(scene: Scene, tmp_path: Path) -> None:
    assert scene.invoke() == "first"
    with ThreadPoolExecutor(1) as beside:
        begun = beside.submit(scene.invoke, folder=str(tmp_path))
        eventually((tmp_path / "begun").exists, within=30, what="the invocation's beginning")
        scene.edit("second")
        scene.look()
        assert "swapped 1 function" in scene.told[0]
        assert scene.invoke() == "second"
        assert not begun.done()
        (tmp_path / "may-end").touch()
        assert begun.result() == "first"


def test_a_broken_edit_keeps_the_last_good_code(scene: Scene) -> None:
    before = scene.invoke()
    (scene.repository / HELLO).write_text("import nothing_that_is_installed\n")
    scene.look()
    assert "not swapped" in scene.told[0]
    assert f"{HELLO}:1: ModuleNotFoundError" in scene.told[0]
    assert scene.invoke() == before


def test_no_invocation_fails_while_code_is_swapped(scene: Scene) -> None:
    with ThreadPoolExecutor(3) as beside:
        for round_ in range(3):
            begun = [beside.submit(scene.invoke) for _ in range(30)]
            scene.edit(f"round {round_}")
            scene.look()
            answers = {future.result() for future in begun}
            assert all(answer.startswith(("round", "second", "first")) for answer in answers), answers
        assert scene.invoke() == "round 2"


def test_the_record_says_so_and_the_stack_s_code_can_be_given_back(scene: Scene) -> None:
    scene.edit("swapped")
    scene.look()
    lab = running_lab.load(scene.state_file)
    assert lab is not None
    assert lab.swapped

    assert [function.title for function in CodeSwap(scene.target).restore()] == ["hello"]

    expected = base64.b64encode(hashlib.sha256(scene.archive).digest()).decode()
    assert [function.sha256 for function in CodeSwap(scene.target).functions()] == [expected]
    assert scene.invoke() == "first"
    assert CodeSwap(scene.target).restore() == []
