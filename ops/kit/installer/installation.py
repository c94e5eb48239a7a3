"""Installation of a kit: its sources in a folder, and `make setup` there with the kit in a network's place.

Nothing is written outside the folder: caches and temporary files are its own, and go when it is done.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.kit.installer.contents import KitContents, KitRefusal
from ops.kit.installer.npm_registry import npm_registry

# A person's own settings of the installers lead to a network, or to caches elsewhere.
_FOREIGN = ("PIP_", "UV_", "NPM_", "npm_", "MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV")


@dataclass(frozen=True)
class KitInstallation:
    """A lab in `folder`, from what lies in `kit`."""

    kit: Path
    contents: KitContents
    folder: Path

    def check_folder(self) -> None:
        """Raises KitRefusal where something else is in the folder."""
        begun = self._read(self._begun) or self._read(self._unpacked)
        if begun == self.contents.commit:
            return
        if begun:
            raise KitRefusal(
                f"{self.folder} holds the lab of commit {begun[:12]},"
                f" and this kit is {self.contents.commit[:12]}",
                hint="name another folder: ./lab-kit install FOLDER",
            )
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            raise KitRefusal(
                f"{self.folder} is not an empty folder", hint="name another: ./lab-kit install FOLDER"
            )

    def install(self) -> None:
        """Unpack and set up; what an interrupted call has done is kept. Raises KitRefusal."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        if self._read(self._unpacked) is None:
            self._begun.write_text(self.contents.commit)
            unpack(self.kit / self.contents.sources, self.folder)
            self._begun.rename(self._unpacked)
        self._bring_uv()
        with npm_registry(self.kit / "npm") as registry:
            ended = subprocess.run(
                ["make", "--no-print-directory", "setup", f"PYTHON={sys.executable}"],
                cwd=self.folder,
                env=self.environment(registry),
                check=False,
            )
        if ended.returncode != 0:
            raise KitRefusal(
                "`make setup` ended with an error: its words stand above",
                hint="when its cause is gone, the same command goes on from here",
            )
        shutil.rmtree(self._scratch)

    def environment(self, registry: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment in which `make setup` finds everything in the kit, and nothing elsewhere."""
        settings = self._scratch / "uv.toml"
        wheels = json.dumps(str(self.kit / "wheels"))
        settings.write_text(f"[pip]\nno-index = true\nfind-links = [{wheels}]\n", encoding="utf-8")
        temporary = self._scratch / "tmp"
        temporary.mkdir(exist_ok=True)
        path = f"{self._uv.parent}{os.pathsep}{environ.get('PATH', os.defpath)}"
        return {name: value for name, value in environ.items() if not name.startswith(_FOREIGN)} | {
            "PATH": path,
            "TMPDIR": str(temporary),
            "UV_CONFIG_FILE": str(settings),
            "UV_OFFLINE": "1",
            "UV_CACHE_DIR": str(self._scratch / "uv"),
            "npm_config_registry": registry,
            "npm_config_cache": str(self._scratch / "npm"),
            # Files that are not there: npm reads no settings of this person or machine.
            "npm_config_userconfig": str(self._scratch / "npmrc-of-user"),
            "npm_config_globalconfig": str(self._scratch / "npmrc-of-machine"),
            "npm_config_update_notifier": "false",
            "npm_config_noproxy": "127.0.0.1",
        }

    def _bring_uv(self) -> None:
        """Put uv where the Makefile looks for its own: not every Python has pip to install it with."""
        [wheel] = (self.kit / "wheels").glob(f"uv-*{_uv_platform()}*.whl")
        with zipfile.ZipFile(wheel) as archive:
            [program] = (name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
            self._uv.parent.mkdir(parents=True, exist_ok=True)
            self._uv.write_bytes(archive.read(program))
        self._uv.chmod(0o755)

    @staticmethod
    def _read(path: Path) -> str | None:
        return path.read_text() if path.is_file() else None

    @property
    def _scratch(self) -> Path:
        return self.folder / ".tools" / "scratch"

    @property
    def _uv(self) -> Path:
        return self.folder / ".tools" / "bin" / "uv"

    @property
    def _begun(self) -> Path:
        return self.folder / ".tools" / "kit-begun"

    @property
    def _unpacked(self) -> Path:
        return self.folder / ".tools" / "kit-unpacked"


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a tar whose checksum is known."""
    with tarfile.open(archive) as members:
        # Python 3.11.2, that of Debian 12, has no filters yet. The archive is git's, and was verified.
        if hasattr(tarfile, "data_filter"):
            members.extractall(folder, filter="data")
        else:
            members.extractall(folder)  # nosec B202


def _uv_platform() -> str:
    """A part of the name of uv's wheel for this machine."""
    processor = os.uname().machine
    return f"macosx*{processor}" if sys.platform == "darwin" else f"manylinux*{processor}"
