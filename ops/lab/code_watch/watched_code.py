"""Watched code: the functions' as `lab up --watch` tries it, swaps it, and records that it did."""

from dataclasses import dataclass, replace
from pathlib import Path

from ops.lab.app.code_swap import CodeSwap, FunctionCodeState
from ops.lab.app.target import Target
from ops.lab.code_watch.function_code import FunctionCode
from ops.lab.code_watch.handler_trial import BrokenHandler, HandlerTrial
from ops.lab.errors import NotUp
from ops.lab.local import running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.local.running_lab import RunningLab


@dataclass
class _Deployed:
    """What one deployment brought: it is looked at once, and the next trial is under way."""

    swap: CodeSwap
    code: FunctionCode
    handlers: list[str]
    trial: HandlerTrial
    fingerprint: str | None


class WatchedCode:
    """The code of the lab that is up. `renew` it after a deployment, and `close` it in the end.

    A deployment by another command is noticed.
    """

    def __init__(self, directory: LabDirectory, target: Target, repository: Path) -> None:
        self._directory = directory
        self._target = target
        self._repository = repository
        self._deployed = self._look()

    def problems(self) -> list[BrokenHandler]:
        """The handlers that no function could start with. They are imported, and not called."""
        if self._lab().deployed != self._deployed.fingerprint:
            self.renew()
        broken = self._deployed.trial.run()
        self._deployed.trial = self._begin_trial(self._deployed.code, self._deployed.handlers)
        return broken

    def swap(self) -> list[FunctionCodeState]:
        """Give the functions the code as it is saved; return those that had another.

        The record says so first: whatever comes between, the next `lab up` looks at every function.
        """
        archive = self._deployed.code.archive()
        running_lab.save(self._directory.state_file, replace(self._lab(), swapped=True))
        return self._deployed.swap.swap(archive)

    def renew(self) -> None:
        """Look at the stacks and the assembly again."""
        self.close()
        self._deployed = self._look()

    def close(self) -> None:
        self._deployed.trial.end()

    def _look(self) -> _Deployed:
        swap = CodeSwap(self._target)
        code = FunctionCode(self._directory.assembly, self._repository)
        handlers = sorted({function.handler for function in swap.functions()})
        return _Deployed(swap, code, handlers, self._begin_trial(code, handlers), self._lab().deployed)

    def _lab(self) -> RunningLab:
        if (lab := running_lab.load(self._directory.state_file)) is None:
            raise NotUp("the lab is not up", hint="start it: lab up")
        return lab

    def _begin_trial(self, code: FunctionCode, handlers: list[str]) -> HandlerTrial:
        return HandlerTrial(code.packed, self._repository, handlers)
