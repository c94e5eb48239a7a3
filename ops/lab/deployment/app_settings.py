"""Settings of the app as infra declares them: asked of a child process, for the lab does not import infra."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.lab.errors import CommandError, Refused
from ops.lab.local.child_environment import synth_environment
from ops.lab.repository import REPOSITORY

COMMAND = (sys.executable, "-m", "infra.settings", "--json")
CHECK_COMMAND = (sys.executable, "-m", "infra.settings", "--check")
# Met by a program that hangs. Python alone takes a minute to start on a machine that is busy enough.
_LIMIT_SECONDS = 900
_LAST_LINES = 15
# How `infra.settings --check` says that a setting is wrong.
_SETTINGS_ARE_WRONG = 1
_COMPLAINT = "error: "


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
    answer = _ask(command)
    if answer.returncode != 0:
        raise _unanswered(answer)
    try:
        return [AppSetting.from_document(document) for document in json.loads(answer.stdout)]
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"infra told its settings in another form: {type(error).__name__} {error}"
        ) from error


def check_settings(context: Mapping[str, str], command: Sequence[str] = CHECK_COMMAND) -> None:
    """Raise Refused where a synthesis would refuse these settings, in its words; nothing is written."""
    answer = _ask([*command, *(f"{key}={value}" for key, value in context.items())])
    complaint = answer.stderr.strip()
    if answer.returncode == _SETTINGS_ARE_WRONG and complaint.startswith(_COMPLAINT):
        raise Refused(
            complaint.removeprefix(_COMPLAINT), hint="nothing was changed; every setting: lab settings"
        )
    if answer.returncode != 0:
        raise _unanswered(answer)


def _ask(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
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


def _unanswered(answer: subprocess.CompletedProcess[str]) -> CommandError:
    last = "\n".join(answer.stderr.strip().splitlines()[-_LAST_LINES:])
    return CommandError(
        f"infra did not tell its settings: it ended with status {answer.returncode}", hint=last
    )


def _range(document: Mapping[str, Any]) -> str:
    """The bounds, which are inclusive, or the choices, or the type where every value of it will do."""
    if document["range"] is not None:
        least, most = document["range"]
        return f"{least} to {most}"
    return _words(document["choices"] or document["type"])


def _words(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(map(str, value))
