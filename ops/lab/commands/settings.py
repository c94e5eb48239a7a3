"""`lab settings`: the table of the app's settings."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from ops.lab.deployment.app_settings import AppSetting, read_settings
from ops.lab.lifecycle.plan import FIRST_CONTEXT
from ops.lab.options import JsonOption
from ops.lab.terminal import escape, out
from ops.lab.whole_table import WholeTable

_PROSE = ("default", "lab", "range", "meaning", "used by")


def settings(as_json: JsonOption = False) -> None:
    """Show every setting of the app: default, value in the lab, range, meaning, and what uses it.

    Set one with -c KEY=VALUE: lab up -c batchSize=5.
    """
    found = [_as_brought_up(setting) for setting in read_settings()]
    if as_json:
        print(json.dumps([{**setting.document, "lab": setting.lab} for setting in found], indent=2))
        return
    for pipeline, declared in groupby(found, key=lambda setting: setting.pipeline):
        _table(pipeline, declared).show(out())


def _as_brought_up(setting: AppSetting) -> AppSetting:
    """With the value that a first `lab up` gives by itself."""
    return replace(setting, lab=FIRST_CONTEXT.get(setting.key, setting.lab))


def _table(pipeline: str, declared: Iterable[AppSetting]) -> WholeTable:
    table = WholeTable("key", *_PROSE, title=escape(pipeline), prose=frozenset(_PROSE))
    for setting in declared:
        values = (_shown(setting.default), _shown(setting.lab))
        cells = (setting.key, *values, setting.range, setting.meaning, setting.used_by)
        table.add_row(*map(escape, cells))
    return table


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "unset"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
