"""The targets: markers and wheels are judged for the target, not for the Python that makes the kit."""

import pytest
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from ops.kit.target import KitTarget

LINUX = KitTarget("linux-x86_64", "3.12")


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("python_full_version < '3.12'", False),
        ("python_full_version >= '3.12'", True),
        ("sys_platform == 'win32'", False),
        ("sys_platform == 'linux' and platform_machine == 'x86_64'", True),
        ("platform_python_implementation != 'PyPy'", True),
    ],
)
def test_a_marker_is_that_of_the_target(marker: str, wanted: bool) -> None:
    assert LINUX.wants(Requirement(f"some==1 ; {marker}")) is wanted


def test_a_mac_is_darwin() -> None:
    assert KitTarget("macos-arm64", "3.11").wants(Requirement("some==1 ; sys_platform == 'darwin'"))


@pytest.mark.parametrize(
    ("target", "wheel", "fits"),
    [
        (LINUX, "some-1-py3-none-any.whl", True),
        (LINUX, "some-1-cp312-cp312-manylinux_2_28_x86_64.whl", True),
        (LINUX, "some-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", True),
        (LINUX, "some-1-cp39-abi3-manylinux1_x86_64.whl", True),
        (LINUX, "some-1-cp312-cp312-manylinux_2_34_x86_64.whl", False),
        (LINUX, "some-1-cp311-cp311-manylinux2014_x86_64.whl", False),
        (LINUX, "some-1-cp312-cp312-musllinux_1_2_x86_64.whl", False),
        (LINUX, "some-1-cp312-cp312-manylinux2014_aarch64.whl", False),
        (KitTarget("linux-aarch64", "3.13"), "some-1-cp313-cp313-manylinux2014_aarch64.whl", True),
        (KitTarget("macos-arm64", "3.11"), "some-1-cp311-cp311-macosx_11_0_arm64.whl", True),
        (KitTarget("macos-arm64", "3.11"), "some-1-cp311-cp311-macosx_10_9_universal2.whl", True),
        (KitTarget("macos-arm64", "3.11"), "some-1-cp311-cp311-macosx_15_0_arm64.whl", False),
        (KitTarget("macos-x86_64", "3.11"), "some-1-cp311-cp311-macosx_10_9_x86_64.whl", True),
    ],
)
def test_a_wheel_fits_by_its_tags(target: KitTarget, wheel: str, fits: bool) -> None:
    assert (not parse_wheel_filename(wheel)[3].isdisjoint(target.tags)) is fits


def test_pip_is_given_every_name_of_a_platform_newest_first() -> None:
    linux = LINUX.pip_platforms
    assert (linux[0], linux[-1]) == ("manylinux_2_28_x86_64", "manylinux1_x86_64")
    mac = KitTarget("macos-arm64", "3.11").pip_platforms
    assert mac[0] == "macosx_14_0_arm64"
    assert "macosx_11_0_universal2" in mac
