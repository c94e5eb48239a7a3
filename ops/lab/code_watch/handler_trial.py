"""Trial of handlers: whether Lambda could import them, before their code is swapped."""

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.lab.errors import CommandError
from ops.lab.local.child_environment import plain_environment

_CHILD = Path(__file__).with_name("handler_trial_child.py")
# What the runtime brings: boto3 and what that needs (Lambda developer guide, "Lambda runtimes").
_RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
_LIMIT_SECONDS = 60


@dataclass(frozen=True)
class BrokenHandler:
    """A handler that no function could start with; `place` is a file and a line, where that is known."""

    handler: str
    error: str
    place: str

    def __str__(self) -> str:
        return f"{self.place or self.handler}: {self.error}"


class HandlerTrial:
    """One trial. It starts its process at once, which takes a second to import the SDK; `run` ends it.

    `packed` is a folder with the distributions, and with code of the functions that is imported beforehand.
    Nothing else that is installed here can be imported: Lambda would not have it either.
    """

    def __init__(self, packed: Path, repository: Path, handlers: Sequence[str]) -> None:
        self._runtime = tempfile.TemporaryDirectory(prefix="lab-runtime-")
        _link_runtime(Path(self._runtime.name))
        arguments = [str(packed), self._runtime.name, str(repository), *handlers]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CHILD), *arguments],
            env=plain_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the watch
        )

    def run(self) -> list[BrokenHandler]:
        """Those that cannot be imported. Raises CommandError where the trial itself fails."""
        try:
            answer, said = self._process.communicate("go\n", timeout=_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise CommandError(f"the handlers were not imported within {_LIMIT_SECONDS} s") from None
        finally:
            self.end()
        if self._process.returncode != 0:
            raise CommandError("the handlers could not be tried", hint=said[-1000:])
        return [BrokenHandler(**json.loads(line)) for line in answer.splitlines() if line.startswith("{")]

    def end(self) -> None:
        """Stop the process where it still waits."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()
        self._runtime.cleanup()


def _link_runtime(folder: Path) -> None:
    for name in _RUNTIME:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            continue
        source = Path(found.origin)
        source = source.parent if source.name == "__init__.py" else source
        (folder / source.name).symlink_to(source)
