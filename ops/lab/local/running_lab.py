"""Running lab: as `lab up` recorded it, or any other emulator that answers on the lab's port."""

import json
import urllib.request
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ops.lab.errors import NotUp
from ops.lab.local.directory import LabDirectory
from ops.lab.local.emulator_process import EmulatorProcess, folder_of, parts_of, stop
from ops.lab.local.ports import chosen_port, given_port
from ops.lab.local.process_table import command_line, runs_emulator


@dataclass(frozen=True)
class RunningLab:
    """One LocalStack and what it has: `deployed` is a fingerprint, None while that is unfinished.

    `swapped` says that functions may have other code than their stacks say: `lab up --watch` gave it to them.
    """

    pid: int
    port: int
    log_path: str
    env_name: str = "dev"
    context: dict[str, str] = field(default_factory=dict)
    deployed: str | None = None
    swapped: bool = False

    @property
    def emulator(self) -> EmulatorProcess:
        return EmulatorProcess(port=self.port, pid=self.pid, log_path=Path(self.log_path))


def save(path: Path, lab: RunningLab) -> None:
    """Write the state in one step: a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _of_dead(path).unlink(missing_ok=True)
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
    """Return the recorded lab if its process is still LocalStack; set the record aside if it is not, for
    `died`.

    The process id of a lab that died may since belong to another program, which must not be touched.
    """
    lab = load(path)
    if lab is not None and runs_emulator(lab.pid):
        return lab
    if lab is not None and not command_line(lab.pid):
        stop(lab.emulator)  # functions that outlived a killed LocalStack are still in its group
    if lab is not None:
        with suppress(FileNotFoundError):  # another command looked at the same time
            path.replace(_of_dead(path))
    path.unlink(missing_ok=True)
    return None


def died(path: Path) -> RunningLab | None:
    """The lab that was up last, where its process went and no `lab down` had ended it."""
    return load(_of_dead(path))


def forget(path: Path) -> None:
    """Remove the record, also that of a lab that died."""
    path.unlink(missing_ok=True)
    _of_dead(path).unlink(missing_ok=True)


def _of_dead(path: Path) -> Path:
    return path.with_suffix(".died")


def _not_up(path: Path, way: str) -> NotUp:
    """What is said where no lab is up: of one that died, where its log is."""
    if (lab := died(path)) is None:
        return NotUp("the lab is not up", hint=f"start it: {way}")
    return NotUp(
        f"the lab is not up: LocalStack (process {lab.pid}) died, or was killed",
        hint=f"its log: {lab.log_path}\nstart it anew: lab up",
    )


def answering(path: Path) -> RunningLab:
    """Return the lab that is up. Raises NotUp where none is, or where LocalStack does not answer."""
    lab = living(path)
    if lab is None:
        raise _not_up(path, "lab up")
    if parts_of(lab.emulator.endpoint) is None:
        raise NotUp(
            f"LocalStack (process {lab.pid}) does not answer on port {lab.port}",
            hint="restart it: lab down && lab up",
        )
    return lab


@dataclass(frozen=True)
class RunningEmulator:
    """Where it answers, and which environment of the app it has. `pid` is None where it is not ours."""

    endpoint: str
    env_name: str
    pid: int | None = None
    log: str | None = None

    @property
    def port(self) -> int | None:
        return urlsplit(self.endpoint).port


def find_running(directory: LabDirectory, port: int | None = None) -> RunningEmulator:
    """The lab of `directory`, else what answers on `port` (LAB_PORT by default), as a container does.

    Raises NotUp where neither is there, also where the lab of another checkout answers and neither `port` nor
    LAB_PORT names it; and Refused where what answers is not LocalStack's account.
    """
    if living(directory.state_file) is not None:
        lab = answering(directory.state_file)
        return RunningEmulator(lab.emulator.endpoint, lab.env_name, lab.pid, lab.log_path)
    endpoint = f"http://127.0.0.1:{chosen_port() if port is None else port}"
    if not is_localstack(endpoint):
        raise _not_up(directory.state_file, "lab up, or docker compose up")
    if port is None and given_port() is None:
        _refuse_lab_of_another_checkout(endpoint, directory)
    from ops.lab.app.stacks import (
        environments,
    )  # here, since boto3 takes long to import: `lab down` needs none
    from ops.lab.app.target import Target

    target = Target.running(endpoint)
    target.identity()
    return RunningEmulator(endpoint, next(iter(environments(target.cloudformation)), target.env_name))


def _refuse_lab_of_another_checkout(endpoint: str, directory: LabDirectory) -> None:
    """Raise NotUp for it: a command here must not send to it, nor empty it, unasked."""
    folder = folder_of(endpoint)
    if folder is None or folder.parent == directory.root.resolve():
        return
    lab = load(folder.parent / directory.state_file.name)
    if lab is not None and lab.emulator.endpoint == endpoint and runs_emulator(lab.pid):
        raise NotUp(
            f"the lab of this checkout is not up; the one on port {lab.port} is that of {folder.parent}",
            hint=f"start one here: LAB_PORT={lab.port + 1} lab up; to use that one: LAB_PORT={lab.port}",
        )


def is_localstack(endpoint: str, timeout_seconds: float = 5) -> bool:
    """Whether LocalStack's health resource answers there, of this image or of the official one."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=timeout_seconds) as answer:  # nosec B310
            return "services" in json.load(answer)
    except (OSError, ValueError):
        return False
