"""Sources of the app: every file that decides what is synthesized, and their fingerprint."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

# With the context they decide what is synthesized.
SOURCES = ("infra", "functions", "ops/queries", "requirements.txt")
_IGNORED_FOLDERS = {"node_modules", "cdk.out", "__pycache__"}


def source_files(repository: Path) -> Iterator[Path]:
    """Each file of the sources, in an order that is always the same."""
    for source in SOURCES:
        yield from _files(repository / source)


def fingerprint(repository: Path, context: Mapping[str, str]) -> str:
    """A digest of the app's sources, its locks and its context: equal as long as nothing has changed."""
    digest = hashlib.sha256(json.dumps(dict(context), sort_keys=True).encode())
    for path in source_files(repository):
        digest.update(f"{path.relative_to(repository)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    elif source.is_dir():
        for entry in sorted(source.iterdir()):
            if entry.name not in _IGNORED_FOLDERS and not entry.name.startswith("."):
                yield from _files(entry)
