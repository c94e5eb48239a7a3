"""What is running: written when LocalStack starts, read by every other command."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ops.lab.errors import NotUp
from ops.lab.local.emulator_process import EmulatorProcess, parts_of, stop
from ops.lab.local.process_table import command_line, runs_emulator


@dataclass(frozen=True)
class RunningLab:
    """One LocalStack and what it has: `deployed` is a fingerprint, None while that is unfinished."""

    pid: int
    port: int
    log_path: str
    env_name: str = "dev"
    context: dict[str, str] = field(default_factory=dict)
    deployed: str | None = None

    @property
    def emulator(self) -> EmulatorProcess:
        return EmulatorProcess(port=self.port, pid=self.pid, log_path=Path(self.log_path))


def save(path: Path, lab: RunningLab) -> None:
    """Write the state in one step: a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(lab), indent=2))
    draft.replace(path)


def load(path: Path) -> RunningLab | None:
    """Return what was recorded, or None where nothing readable was. It may be stale: see `living`."""
    try:
        return RunningLab(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def living(path: Path) -> RunningLab | None:
    """Return the recorded lab if its process is still LocalStack; forget the record if it is not.

    The process id of a lab that died may since belong to another program, which must not be touched.
    """
    lab = load(path)
    if lab is not None and runs_emulator(lab.pid):
        return lab
    if lab is not None and not command_line(lab.pid):
        stop(lab.emulator)  # functions that outlived a killed LocalStack are still in its group
    path.unlink(missing_ok=True)
    return None


def answering(path: Path) -> RunningLab:
    """Return the lab that is up. Raises NotUp where none is, or where LocalStack does not answer."""
    lab = living(path)
    if lab is None:
        raise NotUp("the lab is not up", hint="start it: lab up")
    if parts_of(lab.emulator.endpoint) is None:
        raise NotUp(
            f"LocalStack (process {lab.pid}) does not answer on port {lab.port}",
            hint="restart it: lab down && lab up",
        )
    return lab
