"""Command line of a kit: what `./lab-kit` calls, with the kit's folder first."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.kit.installer.checksums import KitChecksums
from ops.kit.installer.contents import KitContents, KitRefusal
from ops.kit.installer.installation import KitInstallation
from ops.kit.installer.machine import KitMachine, check_programs

_FOLDER = "dlq-reliability-lab"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./lab-kit", description="The DLQ Reliability Lab, without a network."
    )
    parser.add_argument("kit", type=Path, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "verify", help="compare every file with SHA256SUMS, and look whether it can be installed here"
    )
    install = commands.add_parser("install", help="verify, then install the lab into a folder")
    install.add_argument("folder", nargs="?", type=Path, default=Path(_FOLDER), help=f"default: {_FOLDER}")
    asked = parser.parse_args(arguments)
    try:
        contents = _verify(asked.kit)
        if asked.command == "install":
            _install(asked.kit, contents, asked.folder.absolute())
    except KitRefusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("✗ interrupted: the same command goes on from here", file=sys.stderr)
        return 130
    return 0


def _verify(kit: Path) -> KitContents:
    checksums = KitChecksums.read(kit)
    checksums.verify()
    contents = KitContents.read(kit)
    print(
        f"✓ {len(checksums.expected)} files are as they were made:"
        f" lab {contents.version}, commit {contents.commit[:12]}"
    )
    machine = KitMachine.this()
    machine.check(contents)
    check_programs(kit / contents.sources)
    print(
        f"✓ this machine has what is needed: {machine.platform}, Python {machine.python}, Node, npm and make",
        flush=True,  # before what `make` says
    )
    return contents


def _install(kit: Path, contents: KitContents, folder: Path) -> None:
    installation = KitInstallation(kit, contents, folder)
    installation.check_folder()
    installation.install()
    print(f"✓ the lab is in {folder}\n\nnext:  cd {shlex.quote(str(folder))} && .venv/bin/lab up")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
