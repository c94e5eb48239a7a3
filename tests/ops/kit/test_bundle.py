"""The bundle: one file, the same each time, and a README that says what is missing."""

import os
import tarfile
from pathlib import Path

import pytest

from ops.kit import __main__ as command
from ops.kit.bundle import pack
from ops.kit.installer.contents import KitContents
from ops.kit.kit_readme import kit_readme, kit_table

CONTENTS = KitContents(
    "1.0",
    "c" * 40,
    {"linux-x86_64": {"3.11": [], "3.12": []}, "macos-x86_64": {"3.11": ["grpcio==1", "x==2"], "3.12": []}},
)


def test_the_file_depends_on_names_and_contents_alone(tmp_path: Path) -> None:
    packed = []
    for number, mode in enumerate((0o700, 0o755)):
        kit = tmp_path / f"kit {number}"
        for name in ("wheels/b", "wheels/a", "lab-kit")[:: 1 if number else -1]:
            (kit / name).parent.mkdir(parents=True, exist_ok=True)
            (kit / name).write_text(name)
        (kit / "lab-kit").chmod(mode)
        os.utime(kit / "wheels/a", (number, number))
        pack(kit, tmp_path / f"{number}.tar", "lab-kit-1.0", 1_700_000_000)
        packed.append((tmp_path / f"{number}.tar").read_bytes())
    assert packed[0] == packed[1]
    with tarfile.open(tmp_path / "0.tar") as archive:
        modes = {member.name: member.mode for member in archive}
    assert modes == {
        "lab-kit-1.0/lab-kit": 0o755,
        "lab-kit-1.0/wheels/a": 0o644,
        "lab-kit-1.0/wheels/b": 0o644,
    }


def test_the_readme_says_what_is_missing_and_what_was_not_tried() -> None:
    readme = kit_readme(CONTENTS)
    assert "missing for macos-x86_64, Python 3.11: grpcio==1, x==2" in readme
    assert "Not tried: every other platform" in readme
    assert max(len(line) for line in readme.splitlines()) <= 120


def test_the_table_has_a_line_for_each_platform() -> None:
    head, linux, mac = kit_table(CONTENTS).splitlines()
    assert head.split() == ["3.11", "3.12"]
    assert linux.split() == ["linux-x86_64", "complete", "complete"]
    assert mac.split() == ["macos-x86_64", "-", "complete"]


def test_the_name_says_the_platform_where_it_is_one() -> None:
    assert CONTENTS.name == "lab-kit-1.0-cccccccccccc"
    assert (
        KitContents("1.0", "c" * 40, {"linux-aarch64": {}}).name == "lab-kit-1.0-cccccccccccc-linux-aarch64"
    )


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--platforms", "linux-x86_64 windows"), "PLATFORMS: windows is not known"),
        (("--pythons", "2.7"), "PYTHONS: 2.7 is not known"),
        (("--platforms", ""), "PLATFORMS: nothing is not known"),
    ],
)
def test_unknown_targets_are_refused_with_the_known_ones(
    option: tuple[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--python", "python3", *option]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "known are" in error
