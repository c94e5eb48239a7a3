"""Code asset of all functions: `functions/` beside the pure-Python distributions that it needs.

One asset, because Lambda runs it on arm64 and the lab runs it on whatever the laptop is. It is packed from
what is installed, read from the metadata of the running interpreter: synth needs no pip, no network and no
Docker, packs the very versions that the lock file installed and the tests ran with, and the same files give
the same hash on every machine.
"""

import shutil
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from infra.synth_errors import CodeAssetError

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"

# What the Lambda runtime for Python brings, and so what it needs in turn:
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-dependencies
PROVIDED_BY_RUNTIME = frozenset({"boto3", "botocore"})

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
    for each in required_distributions(FUNCTIONS / "requirements.in"):
        for source, name in _module_files(each):
            _copy(source, directory / name)
    for source in _function_files():
        _copy(source, directory / "functions" / source.relative_to(FUNCTIONS))


def required_distributions(requirements: Path) -> list[Distribution]:
    """The distributions to pack, by name: the closure of a requirements file.

    Raises CodeAssetError if one is not installed.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = _asked_for(requirements.read_text(encoding="utf-8").splitlines(), extras=frozenset())
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) not in seen and name not in PROVIDED_BY_RUNTIME:
            seen.add((name, extras))
            found[name] = _installed(name)
            waiting.extend(_asked_for(found[name].requires or [], extras=extras))
    return [found[name] for name in sorted(found)]


def _asked_for(lines: Iterable[str], *, extras: frozenset[str]) -> list[Requirement]:
    """The requirements among lines that extras ask for, less comments."""
    texts = (line.split("#", 1)[0].strip() for line in lines)
    parsed = [_parse(text) for text in texts if text]
    return [each for each in parsed if _applies(each, extras)]


def _parse(text: str) -> Requirement:
    try:
        return Requirement(text)
    except InvalidRequirement:
        raise CodeAssetError(f"cannot read the requirement {text!r} of the functions") from None


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether a dependency is asked for. The asset serves every platform, so only extras may decide."""
    marker = requirement.marker
    if marker is None:
        return True
    if any(variable in str(marker) for variable in default_environment()):
        raise CodeAssetError(
            f"a dependency of the functions hangs on {str(marker)!r}: only extras are understood"
        )
    return any(marker.evaluate({"extra": extra}) for extra in extras or {""})


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise CodeAssetError(
            f"the functions need {name}, which is not installed here: "
            f"run `make setup`, or `pip install -r infra/requirements.txt` in an active venv"
        ) from None


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
