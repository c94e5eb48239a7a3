"""Watch of `lab up --watch`: what is saved is live seconds later, by a swap of code or by a deployment."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.code_swap import FunctionCodeState
from ops.lab.code_watch.handler_trial import BrokenHandler
from ops.lab.code_watch.infra_imports import imported_functions
from ops.lab.code_watch.source_watch import SourceWatch
from ops.lab.errors import CommandError, Refused
from ops.lab.local.command_lock import exclusively

_COMMAND = "lab up --watch"
_LOOKS_EVERY_SECONDS = 0.15
_NAMED = 4


class SwappableCode(Protocol):
    """What the watch needs of `watched_code.WatchedCode`."""

    def problems(self) -> list[BrokenHandler]: ...

    def swap(self) -> list[FunctionCodeState]: ...

    def renew(self) -> None: ...


class LabWatch:
    """Acts on what `source` sees saved in `repository`: `deploy` is a whole `lab up`, `tell` gets lines.

    It holds the lock of commands while it acts, and only then: a drill that runs is left alone until it has
    ended. `is_up` says whether the lab that it watches for still is.
    """

    def __init__(
        self,
        repository: Path,
        lock_file: Path,
        source: SourceWatch,
        code: SwappableCode,
        *,
        deploy: Callable[[], None],
        is_up: Callable[[], bool],
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._repository = repository
        self._lock_file = lock_file
        self._source = source
        self._code = code
        self._deploy = deploy
        self._is_up = is_up
        self._tell = tell
        self._clock = clock
        self._owed = False  # a deployment that failed, or was not begun for a broken handler
        self._waits_for = ""

    def run(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Look again and again; return when the lab is no longer up."""
        while self._is_up():
            self.look()
            sleep(_LOOKS_EVERY_SECONDS)

    def look(self) -> None:
        """Act on what was saved since the last time, unless another command is at work."""
        changed = self._source.changed()
        if not changed:
            return
        with ExitStack() as held:
            try:
                held.enter_context(exclusively(self._lock_file, _COMMAND))
            except Refused as other:
                if self._waits_for != str(other):
                    self._waits_for = str(other)
                    self._tell(f"waiting: {other}")
                return
            self._waits_for = ""
            self._source.accept(changed)
            try:
                self._act_on(changed)
            except (CommandError, BotoCoreError, ClientError) as error:
                self._tell("\n".join(filter(None, (f"failed: {error}", getattr(error, "hint", "")))))

    def _act_on(self, changed: frozenset[Path]) -> None:
        began = self._clock()
        saved = self._named(changed)
        self._owed = self._owed or self._needs_deployment(changed)
        # Of other distributions the trial knows nothing: they come with the deployment.
        tried = not any(path.name.startswith("requirements") for path in changed)
        if tried and (broken := self._code.problems()):
            found = "".join(f"\n  {each}" for each in dict.fromkeys(map(str, broken)))
            self._tell(f"not swapped, the functions keep the code they have: {saved}{found}")
            return
        if self._owed:
            self._tell(f"deploying, for the templates depend on it: {saved}")
            self._deploy()
            self._owed = False
            self._code.renew()
            self._tell(f"deployed in {self._clock() - began:.1f} s")
            return
        swapped = self._code.swap()
        names = ", ".join(sorted(function.title for function in swapped))
        many = "function" if len(swapped) == 1 else "functions"
        said = f"swapped {len(swapped)} {many} in {self._clock() - began:.1f} s: {names}"
        self._tell(f"{said} ({saved})" if swapped else f"nothing to swap: {saved}")

    def _needs_deployment(self, changed: frozenset[Path]) -> bool:
        """Whether templates may change: by all but code of functions that infra does not import."""
        read = imported_functions(self._repository)
        functions = self._repository / "functions"
        return any(
            path in read or not path.is_relative_to(functions) or path.name.startswith("requirements")
            for path in changed
        )

    def _named(self, changed: frozenset[Path]) -> str:
        names = sorted(str(path.relative_to(self._repository)) for path in changed)
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return ", ".join(names[:_NAMED]) + more
