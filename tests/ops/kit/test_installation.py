"""The installation: `make setup` of the sources, with nothing but the kit to install from."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from ops.kit.installer.contents import KitContents, KitRefusal
from ops.kit.installer.installation import KitInstallation
from tests.ops.kit.kit_files import write_tarball

# In place of the lab's: writes down what it was called with.
MAKEFILE = """\
setup:
\t@env > environment
\t@echo "$(PYTHON)" > python
\t@command -v uv > uv
\t@cat "$$UV_CONFIG_FILE" > settings
\t@test ! -e ../broken
"""
COMMIT = "c" * 40


@pytest.fixture
def installation(tmp_path: Path) -> KitInstallation:
    """A kit for a folder whose name has what shells take apart."""
    kit = tmp_path / """the "kit" (1)"""
    contents = KitContents("1.0", COMMIT, {"linux-x86_64": {"3.11": []}})
    write_tarball(kit / contents.sources, {"Makefile": MAKEFILE, "pyproject.toml": ""})
    (kit / "npm").mkdir()
    (kit / "wheels").mkdir()
    system = "macosx_11_0" if sys.platform == "darwin" else "manylinux_2_17"
    wheel = kit / "wheels" / f"uv-1.0-py3-none-{system}_{os.uname().machine}.whl"
    with zipfile.ZipFile(wheel, "w") as files:
        files.writestr("uv-1.0.data/scripts/uv", "#!/bin/sh\n")
    return KitInstallation(kit, contents, tmp_path / "it's a lab")


def _environment(folder: Path) -> dict[str, str]:
    lines = (folder / "environment").read_text().splitlines()
    return dict(line.partition("=")[::2] for line in lines)


def test_setup_runs_with_the_kit_in_a_networks_place(
    installation: KitInstallation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "npm_config_prefix", "MAKEFLAGS", "PYTHONPATH"):
        monkeypatch.setenv(name, "" if name == "MAKEFLAGS" else "/elsewhere")
    installation.install()
    folder, kit = installation.folder, installation.kit
    environment = _environment(folder)
    assert not {"PIP_INDEX_URL", "UV_INDEX_URL", "npm_config_prefix", "PYTHONPATH"} & environment.keys()
    assert environment["npm_config_registry"].startswith("http://127.0.0.1:")
    inside = ("TMPDIR", "UV_CACHE_DIR", "UV_CONFIG_FILE", "npm_config_cache", "npm_config_userconfig")
    assert [name for name in inside if not environment[name].startswith(f"{folder}/")] == []
    assert (folder / "python").read_text().strip() == sys.executable
    assert (folder / "uv").read_text().strip() == str(folder / ".tools/bin/uv")
    assert "no-index = true" in (folder / "settings").read_text()
    assert str(kit / "wheels").replace('"', '\\"') in (folder / "settings").read_text()


def test_nothing_of_it_stays_but_uv_and_a_note(installation: KitInstallation) -> None:
    installation.install()
    left = sorted(path.name for path in (installation.folder / ".tools").iterdir())
    assert left == ["bin", "kit-unpacked"]


def test_an_interrupted_installation_goes_on_and_keeps_what_was_changed(
    installation: KitInstallation,
) -> None:
    (installation.folder.parent / "broken").touch()
    with pytest.raises(KitRefusal, match="`make setup` ended with an error"):
        installation.install()
    (installation.folder / "pyproject.toml").write_text("# changed")
    (installation.folder.parent / "broken").unlink()
    installation.check_folder()
    installation.install()
    assert (installation.folder / "pyproject.toml").read_text() == "# changed"


def test_a_folder_with_something_else_is_refused(installation: KitInstallation) -> None:
    installation.folder.mkdir()
    installation.check_folder()
    (installation.folder / "thesis.txt").touch()
    with pytest.raises(KitRefusal, match="is not an empty folder"):
        installation.check_folder()


def test_the_lab_of_another_commit_is_refused(installation: KitInstallation) -> None:
    installation.install()
    newer = KitContents("1.0", "d" * 40, installation.contents.missing)
    with pytest.raises(KitRefusal, match="holds the lab of commit cccccccccccc"):
        KitInstallation(installation.kit, newer, installation.folder).check_folder()
