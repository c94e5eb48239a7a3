"""Child of a handler trial: imports handlers as Lambda would, and says what is wrong with them.

`python -I -S handler_trial_child.py PACKED RUNTIME REPOSITORY HANDLER…`. It imports the handlers of PACKED
first, so that the distributions are there when it matters, and then waits for a line on its standard input.
Then it imports those of REPOSITORY, and prints a line of JSON for each that fails: handler, error, place.
"""

import importlib
import json
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_OWN = "functions"


def main() -> None:
    packed, runtime, repository, *handlers = sys.argv[1:]
    standard = list(sys.path)
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # no region of Lambda: nothing is called
    sys.dont_write_bytecode = True  # what is packed is an asset, whose files make its hash
    sys.path[:] = [packed, runtime, *standard]
    for handler in handlers:
        try_import(handler, Path(packed))
    for name in [name for name in sys.modules if name.partition(".")[0] == _OWN]:
        del sys.modules[name]
    importlib.invalidate_caches()
    sys.stdin.readline()
    sys.dont_write_bytecode = False  # beside the sources, as any program that imports them
    sys.path[:] = [packed, runtime, *standard]
    sys.meta_path.insert(0, FunctionsFinder(repository))
    for handler in handlers:
        if problem := try_import(handler, Path(repository)):
            print(json.dumps(problem), flush=True)


def try_import(handler: str, root: Path) -> "dict[str, str] | None":
    """What Lambda would say of "package.module.function"; None where it can be called."""
    module, _, name = handler.rpartition(".")
    try:
        if not callable(getattr(importlib.import_module(module), name)):
            raise AttributeError(f"{handler} cannot be called")
    except BaseException as error:  # whatever it is, the function would not start
        return {"handler": handler, "error": _words(error), "place": _place(error, root)}
    return None


def _words(error: BaseException) -> str:
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {said}"


def _place(error: BaseException, root: Path) -> str:
    """The file and line of ours where it happened; empty where there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return _inside(error.filename, error.lineno or 0, root)
    frames = [
        _inside(frame.filename, frame.lineno or 0, root)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return next((frame for frame in reversed(frames) if frame), "")


def _inside(file: str, line: int, root: Path) -> str:
    try:
        return f"{Path(file).relative_to(root)}:{line}"
    except ValueError:
        return ""


class FunctionsFinder(MetaPathFinder):
    """Finds the package `functions` in a repository, and nothing else there."""

    def __init__(self, repository: str) -> None:
        self._repository = repository

    def find_spec(
        self, name: str, _path: "Sequence[str] | None" = None, _target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        return PathFinder.find_spec(name, [self._repository]) if name == _OWN else None


if __name__ == "__main__":
    main()
