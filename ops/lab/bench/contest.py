"""Contest: the lab of this checkout, alone or beside a rival, each up with the app until the block ends."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.lab.bench import ministack as ministack_contender
from ops.lab.bench.checkout import lab_of, refuse_unready
from ops.lab.bench.contender import Contender
from ops.lab.bench.process_use import refuse_without_proc
from ops.lab.local.child_process import ChildProcesses
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory
from ops.lab.progress import ProgressSteps
from ops.lab.repository import REPOSITORY

OWN = "lab"
_OTHER = "the other lab"


@dataclass(frozen=True)
class Rival:
    """Who the lab is compared with: MiniStack, or the checkout `root` of the lab.

    `name` is never that of the lab itself.
    """

    name: str
    root: Path | None = None

    @classmethod
    def named(cls, text: str) -> "Rival":
        """Of the option `--against`. Raises Refused for a folder that is no checkout, or not set up."""
        if text == ministack_contender.NAME:
            return cls(text)
        root = Path(text).expanduser().resolve()
        refuse_unready(root)
        return cls(f"{_OTHER} ({root.name})", root)


@contextmanager
def contest(
    directory: LabDirectory, context: Mapping[str, str], rival: Rival | None, steps: ProgressSteps
) -> Iterator[list[Contender]]:
    """Bring the contenders up, this checkout's first, and end all they started, also after Ctrl-C.

    What they write stays below `directory.bench` until the next one. Raises Refused beside another benchmark
    of this directory, EmulatorFailed or DeploymentFailed.
    """
    refuse_without_proc()
    folder = directory.bench
    with exclusively(directory.bench_lock_file), ExitStack() as ends:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        children = ChildProcesses(folder / "cdk.log")
        ends.callback(children.end_all)
        with steps.step(OWN) as step:
            own = ends.enter_context(lab_of(REPOSITORY, OWN, folder / "lab", context, children.run))
            step.now(_told(own))
        contenders = [own]
        if rival is not None:
            with steps.step(rival.name) as step:
                contenders.append(ends.enter_context(_rival(rival, directory, folder, context, children)))
                step.now(_told(contenders[-1]))
        yield contenders


@contextmanager
def _rival(
    rival: Rival, directory: LabDirectory, folder: Path, context: Mapping[str, str], children: ChildProcesses
) -> Iterator[Contender]:
    if rival.root is not None:
        with lab_of(rival.root, rival.name, folder / "rival", context, children.run) as contender:
            yield contender
        return
    python = ministack_contender.install(directory.ministack, children.run)
    assembly = folder / "lab" / "cdk.out"
    with ministack_contender.ministack(
        python, assembly, folder / "rival", context, children.run
    ) as contender:
        yield contender


def _told(contender: Contender) -> str:
    return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in contender.steps.seconds.items())
