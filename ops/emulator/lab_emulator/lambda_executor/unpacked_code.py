"""Unpacked code of functions: each content once, and linked into the folder of every function that has it.

A CDK app often has one asset for all its functions. Nine copies of 600 files would take seconds to write and
to delete, and each would be compiled by itself. So would the distributions beside a handler that was changed:
contents share the packages that are the same in them.
"""

import hashlib
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Protocol

_LOCK = threading.Lock()


class CodeArchive(Protocol):
    """What LocalStack knows of a function's code (`lambda_models.ArchiveCode`)."""

    @property
    def code_sha256(self) -> str: ...

    def is_hot_reloading(self) -> bool: ...

    def get_unzipped_code_location(self) -> Path: ...

    def prepare_for_execution(self) -> None: ...


def unpack(code: CodeArchive) -> list[Path]:
    """Have the code in its own folder, unless it is there. Its top-level entries are links to the content's.

    Return the folders with files that no code had before. They hold links too, which lead to other folders.
    The folder is the function's own, for a process is recognized by it. LocalStack deletes it with the
    function; the content stays as long as this LocalStack runs.
    """
    if code.is_hot_reloading():  # a folder of the caller's, which is used where it lies
        code.prepare_for_execution()
        return []
    own = Path(code.get_unzipped_code_location())
    new: list[Path] = []
    with _LOCK:
        if own.exists():
            return new
        content = Path(tempfile.gettempdir(), "lambda-contents", code.code_sha256.replace("/", "_"))
        if not content.exists():
            code.prepare_for_execution()
            content.parent.mkdir(parents=True, exist_ok=True)
            new = [*_share_packages(own, Path(tempfile.gettempdir(), "lambda-packages")), content]
            own.rename(content)
        _link(content, own)
    return new


def _share_packages(content: Path, packages: Path) -> list[Path]:
    """Have each folder at the top once among all contents, with what was compiled in it. Return the new."""
    new = []
    packages.mkdir(parents=True, exist_ok=True)
    for folder in [entry for entry in content.iterdir() if entry.is_dir() and not entry.is_symlink()]:
        shared = packages / _digest(folder)
        if shared.exists():
            shutil.rmtree(folder)
        else:
            folder.rename(shared)
            new.append(shared)
        folder.symlink_to(shared)
    return new


def _digest(folder: Path) -> str:
    """Equal for folders whose files have the same names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(folder)).encode()
            digest.update(b"%d:%s%d:" % (len(name), name, path.stat().st_size))
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _link(content: Path, own: Path) -> None:
    own.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=own.parent))
    draft.chmod(0o755)
    for entry in content.iterdir():
        (draft / entry.name).symlink_to(entry)
    draft.rename(own)  # in one step: a folder that is there is whole
