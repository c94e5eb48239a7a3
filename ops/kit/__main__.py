"""Command line of `make bundle`: writes a kit and says what is in it."""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.kit.bundle import KitBundle
from ops.kit.kit_readme import TRIED, kit_table, missing_lines
from ops.kit.kit_sources import KitSources
from ops.kit.target import PLATFORMS, PYTHONS, KitTarget
from ops.lab.errors import CommandError, Refused
from ops.lab.repository import IS_CHECKOUT, REPOSITORY
from ops.lab.terminal import show_error


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    parser.add_argument("--python", required=True, help="the program whose pip downloads")
    parser.add_argument("--platforms", default=PLATFORMS[0], help=f"of {', '.join(PLATFORMS)}, or all")
    parser.add_argument("--pythons", default=" ".join(PYTHONS), help=f"of {', '.join(PYTHONS)}")
    parser.add_argument("--commit", help="a commit other than the current one; changes are left out")
    parser.add_argument("--destination", type=Path, default=REPOSITORY / "dist")
    asked = parser.parse_args(arguments)
    try:
        _bundle(asked.python, asked.platforms, asked.pythons, asked.commit, asked.destination)
    except CommandError as error:
        show_error(error)
        return error.exit_code
    return 0


def _bundle(python: str, platforms: str, pythons: str, commit: str | None, destination: Path) -> None:
    if not IS_CHECKOUT:
        raise Refused("a kit is made in a checkout", hint="clone the repository")
    chosen = _chosen("PLATFORMS", " ".join(PLATFORMS) if platforms == "all" else platforms, PLATFORMS)
    targets = [
        KitTarget(platform, version)
        for platform in chosen
        for version in _chosen("PYTHONS", pythons, PYTHONS)
    ]
    sources = KitSources.find(REPOSITORY, commit)
    file, contents = KitBundle(sources, targets, python, say=lambda text: print(text, flush=True)).write(
        destination
    )
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    print("", kit_table(contents), *missing_lines(contents), "", TRIED, "", sep="\n")
    print(f"{file}: {file.stat().st_size / 1e6:.0f} MB, sha256 {digest}")
    print(f"next:  tar xf {file.name} && cd {contents.name} && ./lab-kit install")


def _chosen(variable: str, text: str, known: Sequence[str]) -> list[str]:
    names = text.replace(",", " ").split()
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise Refused(
            f"{variable}: {' '.join(unknown) or 'nothing'} is not known", hint=f"known are {', '.join(known)}"
        )
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
