"""Release of other code to one function: a change of its deployed source, and the way back.

What Lambda has is taken, changed and given back by UpdateFunctionCode, as a pipeline of deployments does that
knows nothing of the stacks. So the function runs it, fails by it and logs it as it would any other code.
"""

import io
import urllib.request
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops.lab.app.code_swap import CodeSwap, code_sha256
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut, ReversibleChange

_DOWNLOAD_SECONDS = 60


@dataclass(frozen=True)
class SourceEdit:
    """A text of a file of the archive, and what stands there instead. It has to be there once."""

    path: str
    old: str
    new: str

    def applied(self, source: str) -> str:
        """Raises NotCarriedOut where the source is another one."""
        if source.count(self.old) != 1:
            raise NotCarriedOut(
                f"{self.path} has {source.count(self.old)} times what the release changes",
                hint="see what the functions run: lab code show",
            )
        return source.replace(self.old, self.new)


def release(target: Target, function: FunctionName, edits: Sequence[SourceEdit]) -> ReversibleChange:
    """Give the function its code with these edits, and return once it runs it.

    The way back does nothing where the function has got other code since. Raises NotCarriedOut where an edit
    does not fit the code.
    """
    name = target.output(function.output)
    before = code_of(target, name)
    after = edited(before, edits)

    def take_back() -> None:
        found = target.functions.get_function_configuration(FunctionName=name)
        if found["CodeSha256"] == code_sha256(after):
            _put(target, name, before)

    paths = ", ".join(edit.path for edit in edits)
    what = f"{function.value} has other code: {paths}"
    return ReversibleChange.made(what, lambda: _put(target, name, after), take_back)


def roll_back(target: Target) -> str:
    """Give every function the code of its stack, as `lab code rollback` does."""
    return f"{len(CodeSwap(target).restore())} functions rolled back"


def code_of(target: Target, name: str) -> bytes:
    """The archive that the function of this name runs."""
    location = target.functions.get_function(FunctionName=name)["Code"]["Location"]
    with urllib.request.urlopen(location, timeout=_DOWNLOAD_SECONDS) as answer:  # nosec B310
        archive: bytes = answer.read()
    return archive


def edited(archive: bytes, edits: Sequence[SourceEdit]) -> bytes:
    """The archive with these edits; all other files, and the times and modes of each, stay as they are."""
    by_path: Mapping[str, list[SourceEdit]] = {
        edit.path: [each for each in edits if each.path == edit.path] for edit in edits
    }
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as found, zipfile.ZipFile(changed, "w") as written:
        if missing := by_path.keys() - set(found.namelist()):
            raise NotCarriedOut(f"the code has no {', '.join(sorted(missing))}")
        for entry in found.infolist():
            content = found.read(entry)
            for edit in by_path.get(entry.filename, ()):
                content = edit.applied(content.decode()).encode()
            written.writestr(entry, content, compress_type=zipfile.ZIP_DEFLATED)
    return changed.getvalue()


def _put(target: Target, name: str, archive: bytes) -> None:
    target.functions.update_function_code(FunctionName=name, ZipFile=archive)
    target.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
