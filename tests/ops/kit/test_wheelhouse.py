"""The wheelhouse: pip's own downloads, from a folder in place of an index."""

import hashlib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ops.kit.locked_package import LockedPackage
from ops.kit.target import KitTarget
from ops.kit.wheelhouse import Wheelhouse
from ops.lab.errors import CommandError
from tests.ops.kit.kit_files import base_python, write_source_archive, write_wheel

LINUX, MAC = KitTarget("linux-x86_64", "3.11"), KitTarget("macos-arm64", "3.12")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Wheelhouse:
    return Wheelhouse(tmp_path / "wheels", base_python())


def locked(requirement: str, *files: Path) -> LockedPackage:
    hashes = tuple(f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files)
    return LockedPackage(Requirement(requirement), hashes)


def names(wheelhouse: Wheelhouse) -> list[str]:
    return sorted(path.name for path in wheelhouse.folder.iterdir())


def test_each_target_gets_its_own_wheels_and_they_share_the_universal_ones(
    index: Path, wheelhouse: Wheelhouse
) -> None:
    pure = write_wheel(index, "pure-1-py3-none-any.whl")
    linux = write_wheel(index, "fast-1-cp311-cp311-manylinux2014_x86_64.whl")
    mac = write_wheel(index, "fast-1-cp312-cp312-macosx_11_0_arm64.whl")
    windows = write_wheel(index, "windows-1-py3-none-win32.whl")
    packages = [
        locked("pure==1", pure),
        locked("fast==1", linux, mac),
        locked("windows==1; sys_platform == 'win32'", windows),
    ]
    assert wheelhouse.fill(LINUX, packages) == []
    assert names(wheelhouse) == [linux.name, pure.name]
    pure.unlink()
    assert wheelhouse.fill(MAC, packages) == []
    assert names(wheelhouse) == [linux.name, mac.name, pure.name]


def test_a_package_without_a_wheel_is_missing_and_the_others_come(
    index: Path, wheelhouse: Wheelhouse
) -> None:
    linux = write_wheel(index, "fast-1-cp311-cp311-manylinux2014_x86_64.whl")
    pure = write_wheel(index, "pure-1-py3-none-any.whl")
    packages = [locked("fast==1", linux), locked("Pure==1", pure)]
    assert wheelhouse.fill(MAC, packages) == ["fast==1"]
    assert names(wheelhouse) == [pure.name]


def test_a_source_archive_serves_where_it_is_pure_python(index: Path, wheelhouse: Wheelhouse) -> None:
    pure = write_source_archive(index, "slow")
    compiled = write_source_archive(index, "native", **{"native.c": "int main;"})
    packages = [locked("slow==1", pure), locked("native==1", compiled)]
    assert wheelhouse.fill(LINUX, packages) == ["native==1"]
    assert names(wheelhouse) == ["slow-1.tar.gz"]
    assert wheelhouse.fill(MAC, packages) == ["native==1"]


def test_what_is_native_on_linux_alone_is_built_elsewhere_and_has_its_wheel_on_linux(
    index: Path, wheelhouse: Wheelhouse
) -> None:
    archive = write_source_archive(index, "awslambdaric", **{"runtime_client.cpp": "int main;"})
    wheel = write_wheel(index, "awslambdaric-1-cp311-cp311-manylinux2014_x86_64.whl")
    package = locked("awslambdaric==1", archive, wheel)
    assert wheelhouse.fill(MAC, [package]) == []
    assert names(wheelhouse) == [archive.name]
    assert wheelhouse.fill(LINUX, [package]) == []
    assert names(wheelhouse) == [wheel.name, archive.name]
    assert wheelhouse.fill(KitTarget("linux-aarch64", "3.11"), [package]) == ["awslambdaric==1"]
    assert names(wheelhouse) == [wheel.name, archive.name]


def test_another_file_than_the_locked_one_is_no_missing_package_but_an_error(
    index: Path, wheelhouse: Wheelhouse
) -> None:
    wheel = write_wheel(index, "pure-1-py3-none-any.whl")
    package = locked("pure==1", wheel)
    with wheel.open("ab") as file:
        file.write(b"changed")
    with pytest.raises(CommandError, match=r"linux-x86_64, Python 3\.11"):
        wheelhouse.fill(LINUX, [package])
    assert names(wheelhouse) == []


def test_a_python_without_pip_is_refused_with_what_to_do(index: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'python: No module named pip' >&2\nexit 1\n")
    python.chmod(0o755)
    wheel = write_wheel(index, "pure-1-py3-none-any.whl")
    with pytest.raises(CommandError, match="No module named pip") as refused:
        Wheelhouse(tmp_path / "wheels", str(python)).fill(LINUX, [locked("pure==1", wheel)])
    assert "make bundle PYTHON=" in refused.value.hint
