"""The one code asset of all functions: `functions/` beside the pure-Python distributions it needs.

One asset, because Lambda runs it on arm64 and the lab runs it on whatever the laptop is. It is packed from
what is installed: the same files give the same hash on every machine.
"""

import shutil
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

from aws_cdk import aws_lambda as lambda_

from infra.code_distributions import required_distributions
from infra.synth_errors import CodeAssetError

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"

# Distributions whose compiled part only makes them faster: they import their pure one where it is missing.
OPTIONALLY_NATIVE = frozenset({"wrapt"})
_NATIVE_SUFFIXES = frozenset({".so", ".pyd", ".dll", ".dylib"})
# Left out: what Python does not read at run time, and what differs between a wheel's platforms.
_UNUSED_SUFFIXES = frozenset({".pyc", ".pyi", ".c", ".h", ".pyx"})


class CodeAsset:
    """The staged code, from which each stack makes its own reference to the same asset."""

    def __init__(self, directory: Path) -> None:
        """Stage the code in a directory, which is emptied first. Raises CodeAssetError."""
        stage(directory)
        self._directory = directory

    def code(self) -> lambda_.Code:
        """One for each stack: the CDK ties a Code object to the first stack that uses it."""
        return lambda_.Code.from_asset(str(self._directory))


def stage(directory: Path) -> None:
    """Lay out the asset's files. Raises CodeAssetError if a distribution is missing or not pure Python."""
    if directory.exists():
        shutil.rmtree(directory)
    for distribution in required_distributions(FUNCTIONS / "requirements.in"):
        for source, name in _module_files(distribution):
            _copy(source, directory / name)
    for source in _function_files():
        _copy(source, directory / "functions" / source.relative_to(FUNCTIONS))


def _module_files(distribution: Distribution) -> Iterator[tuple[Path, str]]:
    """A distribution's importable files: not its metadata, scripts (outside the root) or caches."""
    for file in distribution.files or []:
        top = file.parts[0]
        if top == ".." or top.endswith(".dist-info") or "__pycache__" in file.parts:
            continue
        if file.suffix in _NATIVE_SUFFIXES:
            _refuse_native(distribution, str(file))
        elif file.suffix not in _UNUSED_SUFFIXES:
            yield Path(str(file.locate())), file.as_posix()


def _refuse_native(distribution: Distribution, file: str) -> None:
    name = distribution.metadata["Name"].lower()
    if name not in OPTIONALLY_NATIVE:
        raise CodeAssetError(
            f"{name} brings the compiled {file}, which would not run on every platform: "
            f"use a pure-Python distribution in functions/requirements.in"
        )


def _function_files() -> Iterator[Path]:
    for path in sorted(FUNCTIONS.rglob("*")):
        hidden = any(
            part.startswith(".") or part == "__pycache__" for part in path.relative_to(FUNCTIONS).parts
        )
        if path.is_file() and not hidden and path.suffix in (".py", ".json"):
            yield path


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
