"""Settings of the app as infra declares them: asked of a child process, for the lab does not import infra."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.lab.errors import CommandError
from ops.lab.local.child_environment import synth_environment
from ops.lab.repository import REPOSITORY

COMMAND = (sys.executable, "-m", "infra.settings", "--json")
_LIMIT_SECONDS = 60
_LAST_LINES = 15


@dataclass(frozen=True)
class AppSetting:
    """One context key. `default` and `lab` are its values in dev and in the lab; None where it is unset.

    `range` says in words what is allowed, and `used_by` which parts of the app read it.
    """

    key: str
    pipeline: str
    default: Any
    lab: Any
    range: str
    meaning: str
    used_by: str
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "AppSetting":
        return cls(
            key=document["key"],
            pipeline=document["pipeline"],
            default=document["default"],
            lab=document["lab"],
            range=_range(document),
            meaning=document["meaning"],
            used_by=_words(document["used_by"]),
            document=document,
        )


def read_settings(command: Sequence[str] = COMMAND) -> list[AppSetting]:
    """Every setting, in the order of declaration. Raises CommandError where infra does not tell them."""
    try:
        answer = subprocess.run(
            command,
            cwd=REPOSITORY,
            env=synth_environment(),
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"infra did not tell its settings within {_LIMIT_SECONDS} s") from error
    if answer.returncode != 0:
        last = "\n".join(answer.stderr.strip().splitlines()[-_LAST_LINES:])
        raise CommandError(
            f"infra did not tell its settings: it ended with status {answer.returncode}", hint=last
        )
    try:
        return [AppSetting.from_document(document) for document in json.loads(answer.stdout)]
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"infra told its settings in another form: {type(error).__name__} {error}"
        ) from error


def _range(document: Mapping[str, Any]) -> str:
    """The bounds, which are inclusive, or the choices, or the type where every value of it will do."""
    if document["range"] is not None:
        least, most = document["range"]
        return f"{least} to {most}"
    return _words(document["choices"] or document["type"])


def _words(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(map(str, value))
