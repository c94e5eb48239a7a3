"""Whether anything that the deployment is made of has changed since."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

# Everything that decides what is synthesized, besides the context.
SOURCES = ("infra", "functions", "ops/queries", "requirements.txt")
_IGNORED_FOLDERS = {"node_modules", "cdk.out", "__pycache__"}


def fingerprint(repository: Path, context: Mapping[str, str]) -> str:
    """A digest of the app's sources, its locks and its context."""
    digest = hashlib.sha256(json.dumps(dict(context), sort_keys=True).encode())
    for source in SOURCES:
        for path in _files(repository / source):
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
