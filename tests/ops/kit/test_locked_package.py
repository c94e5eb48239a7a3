"""The locks: which ones a kit carries, and how their lines are read."""

import re
from pathlib import Path

from ops.kit.locked_package import LOCKS, locked_packages
from ops.lab.repository import REPOSITORY


def test_the_locks_of_a_kit_are_those_that_setup_installs() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    installed = re.findall(r"\$\(UV_SYNC\) \S+ (\S+)|--requirement (\S+)", makefile)
    assert {first or second for first, second in installed} == set(LOCKS)


def test_a_line_has_version_marker_and_checksums(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        "# by hand\n"
        "Some.Thing==1.2 ; python_full_version < '3.12' \\\n"
        "    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via another\n"
        "other==3 \\\n    --hash=sha256:cc\n"
    )
    thing, other = locked_packages(lock)
    assert (thing.pin, thing.hashes) == ("some-thing==1.2", ("sha256:aa", "sha256:bb"))
    assert thing.line == "some-thing==1.2 --hash=sha256:aa --hash=sha256:bb"
    assert str(thing.requirement.marker) == 'python_full_version < "3.12"'
    assert other.line == "other==3 --hash=sha256:cc"


def test_every_package_of_the_locks_has_a_checksum() -> None:
    for lock in LOCKS:
        packages = locked_packages(REPOSITORY / lock)
        assert packages
        assert [package.pin for package in packages if not package.hashes] == []
