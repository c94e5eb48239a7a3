"""The code asset: complete, pure Python, and the same wherever it is packed."""

import filecmp
import subprocess
import sys
from importlib.metadata import Distribution, PackagePath
from pathlib import Path

import pytest
from aws_cdk import FileSystem

from infra.constructs import code_asset
from infra.constructs.code_asset import required_distributions
from infra.synth_errors import CodeAssetError


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("staged") / "code"
    code_asset.stage(directory)
    return directory


def test_it_holds_the_functions_and_what_they_import(staged: Path) -> None:
    names = {path.name for path in staged.iterdir()}
    assert {"functions", "aws_lambda_powertools", "aws_xray_sdk", "fastjsonschema", "jmespath"} <= names


def test_it_leaves_out_what_the_runtime_brings(staged: Path) -> None:
    assert not {"boto3", "botocore", "s3transfer"} & {path.name for path in staged.iterdir()}


def test_it_is_pure_python(staged: Path) -> None:
    suffixes = {path.suffix for path in staged.rglob("*") if path.is_file()}
    assert ".py" in suffixes
    assert not suffixes & {".so", ".pyd", ".dll", ".dylib", ".pyc"}


def test_its_modules_import_without_site_packages_but_boto(staged: Path, tmp_path: Path) -> None:
    """wrapt and aws_xray_sdk must do without their compiled or missing parts."""
    modules = "wrapt, fastjsonschema, jmespath, typing_extensions, functions.common.environment"
    code = f"import sys; sys.path.insert(0, {str(staged)!r}); import {modules}; print(wrapt.__file__)"
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert ran.stdout.startswith(str(staged)), ran.stderr


def test_two_stagings_are_the_same_asset(staged: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    code_asset.stage(again)
    assert FileSystem.fingerprint(str(again)) == FileSystem.fingerprint(str(staged))


def test_a_stale_file_does_not_survive_staging(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "stale.py").touch()
    code_asset.stage(tmp_path / "code")
    assert not (tmp_path / "code" / "stale.py").exists()


def test_every_function_source_is_in_it(staged: Path) -> None:
    compared = filecmp.dircmp(code_asset.FUNCTIONS, staged / "functions")
    assert [name for name in compared.left_only if name.endswith(".py")] == []


def test_a_compiled_distribution_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, native_distribution: Distribution
) -> None:
    monkeypatch.setattr(code_asset, "required_distributions", lambda _: [native_distribution])
    with pytest.raises(CodeAssetError, match=r"fastthing brings the compiled fastthing/_speed\.so"):
        code_asset.stage(tmp_path / "code")


@pytest.fixture
def native_distribution(tmp_path: Path) -> Distribution:
    class Native(Distribution):
        def read_text(self, filename: str) -> str | None:
            return "Name: fastthing\nVersion: 1\n" if filename == "METADATA" else None

        def locate_file(self, path: object) -> Path:
            return tmp_path / str(path)

        @property
        def files(self) -> list[PackagePath]:
            return [PackagePath("fastthing/_speed.so")]

    return Native()


@pytest.mark.parametrize(
    ("requirements", "words"),
    [
        ("no-such-distribution-here", "which is not installed here: run `make setup`"),
        ("-r other.in", "cannot read the requirement"),
        ("wrapt; python_version < '3.12'", "hangs on 'python_version < \"3.12\"': only extras"),
        ("wrapt; extra == 'a' and sys_platform == 'linux'", "only extras are understood"),
    ],
)
def test_a_requirement_that_cannot_be_packed_is_named(tmp_path: Path, requirements: str, words: str) -> None:
    path = tmp_path / "requirements.in"
    path.write_text(requirements)
    with pytest.raises(CodeAssetError, match=words):
        required_distributions(path)


def test_extras_bring_their_own_requirements(tmp_path: Path) -> None:
    path = tmp_path / "requirements.in"
    path.write_text("aws-lambda-powertools[validation]  # no tracer\n")
    names = {distribution.metadata["Name"] for distribution in required_distributions(path)}
    assert "fastjsonschema" in names
    assert "aws-xray-sdk" not in names


def test_several_extras_may_ask_for_one_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "asking-1.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(
        "Metadata-Version: 2.1\nName: asking\nVersion: 1.0\n"
        "Requires-Dist: wrapt>=1; extra == 'b' or extra == 'c-d'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "requirements.in"
    for extras, packed in {"a": 1, "a,b": 2, "C_D": 2}.items():
        path.write_text(f"Asking[{extras}]")
        assert len(required_distributions(path)) == packed, extras
