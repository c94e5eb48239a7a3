"""npm's side of a kit: `npm ci` installs by the kit's registry alone, and by the checksums of the lock."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from ops.kit.installer.npm_registry import integrity, npm_registry
from ops.kit.npm_tarballs import check_npm, npm_packages
from ops.lab.errors import CommandError
from tests.ops.kit.kit_files import write_npm_package


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    write_npm_package(tmp_path / "npm", "one", "1.2.3", bin={"one": "index.js"})
    write_npm_package(tmp_path / "npm", "@scope/two", "4.0.0")
    return tmp_path / "npm"


@pytest.fixture
def project(kit: Path, tmp_path: Path) -> Path:
    """A project with a lock that names no host, as the lab's are."""
    folder = tmp_path / "project"
    folder.mkdir()
    wanted = {"one": ("1.2.3", "one-1.2.3.tgz"), "@scope/two": ("4.0.0", "scope-two-4.0.0.tgz")}
    dependencies = {name: version for name, (version, _) in wanted.items()}
    packages: dict[str, dict[str, object]] = {"": {"name": "project", "dependencies": dependencies}}
    for name, (version, file) in wanted.items():
        packages[f"node_modules/{name}"] = {"version": version, "integrity": integrity(kit / file)}
    packages["node_modules/one"] |= {"bin": {"one": "index.js"}}
    (folder / "package.json").write_text(json.dumps({"name": "project", "dependencies": dependencies}))
    (folder / "package-lock.json").write_text(
        json.dumps({"name": "project", "lockfileVersion": 3, "requires": True, "packages": packages})
    )
    return folder


def _npm_ci(project: Path, registry: str) -> "subprocess.CompletedProcess[str]":
    settings = {"registry": registry, "cache": str(project / ".cache"), "fetch_retries": "0"}
    return subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"],
        cwd=project,
        env=os.environ | {f"npm_config_{name}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_npm_installs_from_it(kit: Path, project: Path) -> None:
    with npm_registry(kit) as registry:
        installed = _npm_ci(project, registry)
    assert installed.returncode == 0, installed.stderr
    for name in ("one", "@scope/two"):
        assert name in (project / "node_modules" / name / "index.js").read_text()
    assert (project / "node_modules/.bin/one").exists()


def test_npm_refuses_a_tarball_that_is_not_the_locked_one(kit: Path, project: Path) -> None:
    write_npm_package(kit, "one", "1.2.3", description="changed")
    with npm_registry(kit) as registry:
        installed = _npm_ci(project, registry)
    assert installed.returncode != 0
    assert "EINTEGRITY" in installed.stderr


def test_it_answers_404_to_what_it_does_not_have(kit: Path) -> None:
    with npm_registry(kit) as registry:
        assert registry.startswith("http://127.0.0.1:")
        for path in ("/three", "/-/../../kit.json", "/-/three-1.tgz"):
            with pytest.raises(urllib.error.HTTPError) as answered:
                urllib.request.urlopen(registry + path)
            answered.value.close()
            assert answered.value.code == 404


def test_the_packages_of_a_lock_are_checked_before_they_are_bundled(kit: Path, project: Path) -> None:
    packages = list(npm_packages(project / "package-lock.json"))
    assert {package.pin for package in packages} == {"one@1.2.3", "@scope/two@4.0.0"}
    check_npm(packages, kit)
    write_npm_package(kit, "one", "1.2.3", description="changed")
    with pytest.raises(CommandError, match=r"one@1\.2\.3 is not what the lock says: sha512-"):
        check_npm(packages, kit)
    (kit / "one-1.2.3.tgz").unlink()
    with pytest.raises(CommandError, match="nothing came"):
        check_npm(packages, kit)


def test_what_a_package_carries_inside_is_not_fetched(tmp_path: Path) -> None:
    entries = {
        "": {"name": "project"},
        "node_modules/one": {"version": "1.0.0", "integrity": "sha512-a"},
        "node_modules/one/node_modules/inner": {"version": "2.0.0", "inBundle": True},
        "node_modules/alias": {"name": "real", "version": "3.0.0", "integrity": "sha512-b"},
    }
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": entries}))
    found = [package.pin for package in npm_packages(tmp_path / "package-lock.json")]
    assert found == ["one@1.0.0", "real@3.0.0"]
