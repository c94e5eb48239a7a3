"""The archive that a swap uploads: what a synthesis would pack."""

import io
import zipfile
from pathlib import Path

import pytest

from infra.constructs.code_asset import stage
from ops.lab.code_watch.function_code import FunctionCode
from ops.lab.errors import DeploymentFailed
from ops.lab.repository import REPOSITORY
from tests.ops.code_watch.repository_copy import HELLO, write_assembly, write_repository


def contents(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return write_repository(tmp_path / "repository")


@pytest.fixture
def assembly(tmp_path: Path, repository: Path) -> Path:
    return write_assembly(tmp_path / "cdk.out", repository)


def test_the_functions_are_those_of_now_and_the_rest_of_the_synthesis(
    repository: Path, assembly: Path
) -> None:
    code = FunctionCode(assembly, repository)
    (repository / HELLO).write_text("new")
    found = contents(code.archive())
    assert found[HELLO] == b"new"
    assert found["greeting.py"] == b'WORD = "hello"\n'
    assert "functions/README.md" not in found


def test_equal_files_make_equal_archives(repository: Path, assembly: Path) -> None:
    code = FunctionCode(assembly, repository)
    assert code.archive() == FunctionCode(assembly, repository).archive()


def test_an_assembly_without_code_is_refused(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(DeploymentFailed, match="no code of functions"):
        FunctionCode(tmp_path, repository)


def test_it_packs_the_files_that_a_synthesis_packs(tmp_path: Path) -> None:
    asset = tmp_path / "asset.1"
    stage(asset)
    manifest = '{"files": {"1": {"source": {"path": "asset.1"}}}}'
    (tmp_path / "stack.assets.json").write_text(manifest)
    staged = {
        path.relative_to(asset).as_posix(): path.read_bytes() for path in asset.rglob("*") if path.is_file()
    }
    assert contents(FunctionCode(tmp_path, REPOSITORY).archive()) == staged
