"""Watch on the app's sources: which of them were saved since it was last asked.

It looks at the times and sizes of some three hundred files, which takes a few milliseconds, rather than have
the kernel tell it: that has limits of its own, and knows nothing of what another machine writes to a share.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ops.lab.deployment.app_sources import source_files

# What is deployed of `functions/`, as infra.constructs.code_asset has it.
CODE_SUFFIXES = frozenset({".py", ".json"})
_STAMP = tuple[int, int]


class SourceWatch:
    """Knows the sources as they were when it was made, or at the latest `accept`."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._stamps = self._seen = self._look()
        self._digests = {path: _digest(path) for path in self._stamps}

    def changed(self) -> frozenset[Path]:
        """The files whose content is another than the accepted one, or that came or went.

        Empty while an editor is still writing: two looks in a row must have seen the same.
        """
        now = self._look()
        settled, self._seen = now == self._seen, now
        if not settled or now == self._stamps:
            return frozenset()
        touched = {path for path in {*now, *self._stamps} if now.get(path) != self._stamps.get(path)}
        changed = frozenset(path for path in touched if _digest(path) != self._digests.get(path))
        if not changed:  # saved as it was
            self._stamps = now
        return changed

    def accept(self, changed: frozenset[Path]) -> None:
        """Take these files, as they were at the last look, as dealt with."""
        self._stamps = self._seen
        for path in changed:
            self._digests[path] = _digest(path)

    def _look(self) -> dict[Path, _STAMP]:
        return dict(self._stamped())

    def _stamped(self) -> Iterator[tuple[Path, _STAMP]]:
        for path in source_files(self._repository):
            if not is_deployed(self._repository, path):
                continue
            try:
                found = path.stat()
            except FileNotFoundError:  # an editor's own, gone again
                continue
            yield path, (found.st_mtime_ns, found.st_size)


def is_deployed(repository: Path, path: Path) -> bool:
    """Whether the file takes part in what is deployed: notes and an editor's copies do not."""
    inside = path.relative_to(repository)
    if inside.parts[0] not in ("functions", "infra"):
        return True
    return inside.suffix in CODE_SUFFIXES or inside.name.startswith("requirements")


def _digest(path: Path) -> bytes | None:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except FileNotFoundError:
        return None
