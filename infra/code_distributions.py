"""Which installed distributions the functions need: the closure of functions/requirements.in.

Read from the metadata of the running interpreter, so synth needs no pip, no network and no Docker, and packs
the very versions that the lock file installed and the tests ran with.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from infra.synth_errors import CodeAssetError

# What the Lambda runtime for Python brings, and so what it needs in turn:
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-dependencies
PROVIDED_BY_RUNTIME = frozenset({"boto3", "botocore"})

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[(?P<extras>[^\]]*)\])?"
    r"\s*(\(?[<>=!~][^;]*)?(;\s*(?P<marker>.+))?"
)
_EXTRA_MARKER = re.compile(r"""extra\s*==\s*["'](?P<extra>[A-Za-z0-9._-]+)["']""")


class Requirement(NamedTuple):
    """A distribution's normalized name, the extras asked of it, and the marker that asks for it, if any."""

    name: str
    extras: frozenset[str]
    marker: str


def required_distributions(requirements: Path) -> list[Distribution]:
    """The distributions to pack, by name. Raises CodeAssetError if one is not installed."""
    found: dict[str, Distribution] = {}
    seen: set[Requirement] = set()
    waiting = list(_parse_all(requirements.read_text(encoding="utf-8").splitlines()))
    while waiting:
        requirement = waiting.pop()
        if requirement in seen or requirement.name in PROVIDED_BY_RUNTIME:
            continue
        seen.add(requirement)
        found[requirement.name] = _installed(requirement.name)
        children = _parse_all(found[requirement.name].requires or [])
        waiting.extend(
            child._replace(marker="") for child in children if _applies(child.marker, requirement.extras)
        )
    return [found[name] for name in sorted(found)]


def _parse_all(lines: Iterable[str]) -> Iterator[Requirement]:
    for line in lines:
        text = line.split("#", 1)[0].strip()
        match = _REQUIREMENT.fullmatch(text) if text else None
        if match:
            extras = frozenset(filter(None, map(_normalize, (match["extras"] or "").split(","))))
            yield Requirement(_normalize(match["name"]), extras, (match["marker"] or "").strip())
        elif text:
            raise CodeAssetError(f"cannot read the requirement {text!r} of the functions")


def _normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _applies(marker: str, extras: frozenset[str]) -> bool:
    """Whether a dependency is asked for. The asset serves every platform, so no other marker may decide."""
    if not marker:
        return True
    match = _EXTRA_MARKER.fullmatch(marker)
    if match is None:
        raise CodeAssetError(f"a dependency of the functions hangs on {marker!r}: only extras are understood")
    return _normalize(match["extra"]) in extras


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise CodeAssetError(
            f"the functions need {name}, which is not installed here: "
            f"run `make setup`, or `pip install -r infra/requirements.txt` in an active venv"
        ) from None
