"""Sources of a kit: a commit of this repository, as `git archive` writes it."""

import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from ops.lab.errors import CommandError, Refused


@dataclass(frozen=True)
class KitSources:
    """`commit` in full; `time`, its seconds since 1970, is that of every file of a kit."""

    repository: Path
    commit: str
    time: int

    @classmethod
    def find(cls, repository: Path, commit: str | None) -> "KitSources":
        """The commit asked for; otherwise the current one. Raises Refused where that lacks changes."""
        if commit is None:
            changed = _git(repository, "status", "--porcelain").splitlines()
            if changed:
                raise Refused(
                    f"{len(changed)} files have changes that are not committed: {changed[0][3:]} …",
                    hint="a kit holds a commit: commit them, or leave them out by `make bundle COMMIT=HEAD`",
                )
        found = _git(
            repository, "rev-parse", "--verify", "--end-of-options", f"{commit or 'HEAD'}^{{commit}}"
        )
        time = _git(repository, "show", "--no-patch", "--format=%ct", found)
        return cls(repository, found, int(time))

    def version(self) -> str:
        project = tomllib.loads(_git(self.repository, "show", f"{self.commit}:pyproject.toml"))["project"]
        return str(project["version"])

    def archive(self, path: Path) -> None:
        """Write the archive to `path`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        _git(self.repository, "archive", "--format=tar.gz", f"--output={path.absolute()}", self.commit)


def _git(repository: Path, *arguments: str) -> str:
    try:
        ended = subprocess.run(
            ["git", *arguments], cwd=repository, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise CommandError("git is not installed") from error
    if ended.returncode != 0:
        said = ended.stderr.strip().splitlines()
        raise CommandError(
            f"git {arguments[0]}: {said[-1] if said else 'failed'}",
            hint="a kit is made of a commit, in a clone of the repository",
        )
    return ended.stdout.rstrip("\n")
