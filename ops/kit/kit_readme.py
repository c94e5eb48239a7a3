"""README of a kit: what to do with it, what it holds, and what was not tried."""

from ops.kit.installer.contents import KitContents

TRIED = """\
Tried: linux-x86_64. A test makes a kit and installs it in a network namespace that has loopback alone.
Not tried: every other platform. Their wheels were chosen by their names, and nobody has installed them."""

_TEXT = """\
DLQ Reliability Lab {version}, commit {commit}: everything that it needs, without a network.

  ./lab-kit verify             compare every file with SHA256SUMS, and look whether it can be installed here
  ./lab-kit install [FOLDER]   verify, then install into FOLDER (dlq-reliability-lab)
  cd FOLDER && .venv/bin/lab up

The machine needs one of the Python versions below (PYTHON=/path/to/python3.12 ./lab-kit install takes another
than python3), Node.js 20 or later with npm, GNU make, and a Linux with glibc 2.28 or macOS 14, or later. The
installation writes into FOLDER alone, and needs nothing of this folder once it is done.

{table}

  complete   all packages are here
  -          some are missing, and `./lab-kit install` says so
{missing}
{tried}

sources/  git archive of the commit
wheels/   Python packages, each with a checksum of the lock files in the sources; those that are published as
          source only are source archives, in pure Python
npm/      npm packages, each with the checksum of its package-lock.json
program/  what ./lab-kit runs: the folder ops/kit/installer of the sources
"""


def kit_readme(contents: KitContents) -> str:
    return _TEXT.format(
        version=contents.version,
        commit=contents.commit,
        table=kit_table(contents),
        tried=TRIED,
        missing="".join(f"{line}\n" for line in missing_lines(contents)),
    )


def kit_table(contents: KitContents) -> str:
    """A line for each platform, a column for each Python version."""
    versions = sorted(
        {version for by_version in contents.missing.values() for version in by_version},
        key=lambda version: [int(part) for part in version.split(".")],
    )
    lines = ["  " + "".join([f"{'':<16}", *(f"{version:<11}" for version in versions)]).rstrip()]
    for platform, by_version in contents.missing.items():
        cells = ["-" if by_version.get(version, ["?"]) else "complete" for version in versions]
        lines.append("  " + "".join([f"{platform:<16}", *(f"{cell:<11}" for cell in cells)]).rstrip())
    return "\n".join(lines)


def missing_lines(contents: KitContents) -> list[str]:
    """A line for each platform and Python version that something is missing for."""
    return [
        f"  missing for {platform}, Python {version}: {', '.join(packages)}"
        for platform, by_version in contents.missing.items()
        for version, packages in by_version.items()
        if packages
    ]
