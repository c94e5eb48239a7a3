"""Nursery whose zygote is slow or dies, with function processes that wait and do nothing else."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_emulator.lambda_executor import nursery
from lab_emulator.lambda_executor.nursery import Child, Nursery, NurseryFailed
from lab_emulator.lambda_executor.zygote_link import ZygoteLink
from ops.lab.waiting import eventually

CHILD_FOLDER = Path(nursery.__file__).parent / "child"
WITHIN = 20

# The real zygote, without the SDK to import and awslambdaric to run.
ZYGOTE = f"""
import signal, sys
sys.path.insert(0, {str(CHILD_FOLDER)!r})
import lab_launch, lab_preload, lab_zygote
lab_preload.preload = lambda: None
lab_launch.arrange_imports = lambda sdk: None

def launch(handler, task_root, parent_pid):
    lab_launch.die_with(parent_pid)
    print("launched", flush=True)
    signal.pause()

lab_launch.launch = launch
lab_zygote.main(int(sys.argv[1]), sys.argv[2], [])
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no function is forked")


class Scene:
    """A nursery, and what its function processes print."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._nursery = Nursery()
        self._output, self._output_write_fd = os.pipe()
        self.children: list[Child] = []
        self.links: list[ZygoteLink] = []

    def spawn(self) -> Child:
        child = self._nursery.spawn("handler", self._folder, {"PATH": os.defpath}, self._output_write_fd)
        self.children.append(child)
        return child

    def link(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> ZygoteLink:
        self.links.append(ZygoteLink(process, control))
        return self.links[-1]

    def launched(self) -> bytes:
        """Wait for output, and return it."""
        assert select.select([self._output], [], [], WITHIN)[0]
        return os.read(self._output, 4096)

    def spawn_again(self) -> Child:
        """Spawn when it is known that the last zygote is gone: one spawn may have to find out."""
        try:
            return self.spawn()
        except NurseryFailed:
            return self.spawn()

    def close(self) -> None:
        for link in self.links:
            link.close()
            link.process.wait(WITHIN)
        for child in self.children:
            assert select.select([child.exit_fd], [], [], WITHIN)[0]
            os.close(child.exit_fd)
        os.close(self._output)
        os.close(self._output_write_fd)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    program = tmp_path / "zygote.py"
    program.write_text(ZYGOTE)
    monkeypatch.setattr(nursery, "ZYGOTE", program)
    monkeypatch.setattr(nursery, "link_runtime_packages", lambda folder: tmp_path)
    made = Scene(tmp_path)
    monkeypatch.setattr(nursery, "ZygoteLink", made.link)
    yield made
    made.close()


def parent_of(child: Child) -> int:
    """The zygote."""
    return int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1])


def has_ended(child: Child) -> bool:
    return bool(select.select([child.exit_fd], [], [], 0)[0])


def test_a_start_that_takes_too_long_fails_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scene.spawn()
    assert scene.launched() == b"launched\n"
    zygote = parent_of(first)
    os.kill(zygote, signal.SIGSTOP)
    with monkeypatch.context() as impatient:
        impatient.setattr(nursery, "ANSWER_LIMIT_SECONDS", 0.2)
        for _ in range(2):
            with pytest.raises(NurseryFailed, match="too slow"):
                scene.spawn()
    os.kill(zygote, signal.SIGCONT)

    second = scene.spawn()
    assert scene.launched() == b"launched\n"  # once: what was too slow is not started any more
    assert parent_of(second) == zygote
    assert not has_ended(first)


def test_a_zygote_that_died_is_replaced(scene: Scene) -> None:
    first = scene.spawn()
    zygote = parent_of(first)
    os.kill(zygote, signal.SIGKILL)
    eventually(lambda: has_ended(first), within=WITHIN)

    assert parent_of(scene.spawn_again()) != zygote
