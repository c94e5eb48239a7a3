"""Small files for tests of kits: npm tarballs, wheels and source archives, with next to nothing in them."""

import io
import json
import os
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

# A build backend that lies in the source archive itself: to read its metadata, pip fetches nothing.
_BACKEND = """
import os
def get_requires_for_build_wheel(config_settings=None):
    return []
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    os.mkdir(os.path.join(folder, "NAME-1.dist-info"))
    with open(os.path.join(folder, "NAME-1.dist-info", "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: NAME\\nVersion: 1\\n")
    return "NAME-1.dist-info"
def build_wheel(folder, config_settings=None, metadata_directory=None):
    raise SystemExit("a kit builds nothing where it is made")
"""
_PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def base_python() -> str:
    """The Python that this environment was made of: it has pip."""
    return os.path.realpath(sys.executable)


def write_tarball(path: Path, files: Mapping[str, str], modes: Mapping[str, int] | None = None) -> Path:
    """A gzipped tar of these texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            member.mode = (modes or {}).get(name, 0o644)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def write_npm_package(folder: Path, name: str, version: str, **more: object) -> Path:
    """A tarball as `npm pack` writes it."""
    described = json.dumps({"name": name, "version": version, **more})
    file = f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"
    return write_tarball(
        folder / file, {"package/package.json": described, "package/index.js": f"module.exports = '{name}'\n"}
    )


def write_wheel(folder: Path, file_name: str) -> Path:
    """A wheel of that name."""
    name, version, *_ = file_name.split("-")
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / file_name, "w") as wheel:
        info = f"{name}-{version}.dist-info"
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr(f"{info}/RECORD", "")
    return folder / file_name


def write_source_archive(folder: Path, name: str, **more: str) -> Path:
    """The source archive of version 1, with `more` files."""
    files = {"pyproject.toml": _PYPROJECT, "backend.py": _BACKEND.replace("NAME", name), **more}
    files["PKG-INFO"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
    inside = {f"{name}-1/{file}": text for file, text in files.items()}
    return write_tarball(folder / f"{name}-1.tar.gz", inside)
