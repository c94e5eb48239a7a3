"""List of all settings, for people and tools: `python -m infra.settings --json` (or `--markdown`, `--write`).

Needs the standard library alone. `--check KEY=VALUE …` ends with 1 and one line where a synthesis would
refuse these settings. `--json` prints a list of objects:

    key, meaning, used_by, pipeline   texts; pipeline is shared, ingestion, files or integrations
    type                              boolean, integer, text or choice
    choices                           list, or null where any value of the type will do
    range                             [least, most], inclusive, or null
    default, lab, production          in dev, in lab, in prod and staging: null if unset, words if computed
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.settings.app_settings import PIPELINES, Settings
from infra.settings.base import Computed, Declaration, declarations, own_values, without_none
from infra.synth_errors import SynthError

BEGIN = "<!-- settings: written by `make docs` -->"
END = "<!-- end of settings -->"

TITLES = {
    "shared": "Shared by the pipelines",
    "ingestion": "The ingestion pipeline",
    "files": "The files pipeline",
    "integrations": "Integrations",
}
_CDK_JSON = Path(__file__).resolve().parents[1] / "cdk.json"
_TYPES = {bool: "boolean", int: "integer", str: "text"}


def listing() -> list[dict[str, Any]]:
    """Every declaration as a JSON object, by pipeline and in the order of declaration."""
    shared = declarations(PIPELINES["shared"])
    return [
        _object(pipeline, declaration)
        for pipeline, settings in PIPELINES.items()
        for name, declaration in declarations(settings).items()
        if pipeline == "shared" or name not in shared
    ]


def markdown() -> str:
    """A table a pipeline."""
    return "\n\n".join("\n".join(_table(pipeline)) for pipeline in PIPELINES)


def write(document: Path) -> None:
    """Replace what stands between the markers of a document. Raises ValueError where they are missing."""
    before, found, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"{document} has no {BEGIN} … {END}")
    document.write_text(f"{before}{BEGIN}\n\n{markdown()}\n\n{END}{after}", encoding="utf-8")


def check(values: Mapping[str, str]) -> None:
    """Read the settings as the app does, on top of cdk.json; on a SynthError print its line and exit 1."""
    context = json.loads(_CDK_JSON.read_text(encoding="utf-8"))["context"]
    try:
        Settings.from_values(own_values(context | dict(values)))
    except SynthError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.settings", description="List all settings.")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--json", action="store_true", help="as a list of objects")
    form.add_argument("--markdown", action="store_true", help="as tables")
    form.add_argument("--write", metavar="FILE", type=Path, help="as tables, between the markers of FILE")
    form.add_argument(
        "--check", metavar="KEY=VALUE", nargs="*", help="list nothing: are these settings right?"
    )
    chosen = parser.parse_args(arguments)
    if chosen.check is not None:
        check(dict(option.split("=", 1) for option in chosen.check))
    elif chosen.write:
        write(chosen.write)
    else:
        print(json.dumps(listing(), indent=2) if chosen.json else markdown())


def _object(pipeline: str, declaration: Declaration) -> dict[str, Any]:
    return {
        "key": declaration.key,
        "type": _TYPES.get(without_none(declaration.type_), "choice"),
        "choices": list(declaration.choices) or None,
        "default": _plain(declaration.default),
        "lab": _plain(declaration.lab),
        "production": _plain(declaration.production),
        "range": list(declaration.range) if declaration.range else None,
        "meaning": declaration.meaning,
        "used_by": declaration.used_by,
        "pipeline": pipeline,
    }


def _plain(default: Any) -> Any:
    return default.words if isinstance(default, Computed) else default


def _table(pipeline: str) -> Iterator[str]:
    yield f"### {TITLES[pipeline]}\n"
    yield "| key | default | takes | meaning | used by |"
    yield "|---|---|---|---|---|"
    for each in listing():
        if each["pipeline"] == pipeline:
            meaning = re.sub(r"docs/(\w+)\.md", r"[\1](\1.md)", each["meaning"])
            cells = (f"`{each['key']}`", _defaults(each), _takes(each), meaning, each["used_by"])
            yield f"| {' | '.join(cells)} |"


def _defaults(each: dict[str, Any]) -> str:
    """The default, and those of lab and of prod and staging where they differ."""
    default = _shown(each["default"])
    if each["lab"] != each["default"]:
        default += f"; lab {_shown(each['lab'])}"
    if each["production"] != each["default"]:
        default += f"; prod, staging {_shown(each['production'])}"
    return default


def _takes(each: dict[str, Any]) -> str:
    if each["range"]:
        return f"{each['range'][0]} to {each['range'][1]}"
    if each["choices"]:
        return ", ".join(map(str, each["choices"]))
    return "true, false" if each["type"] == "boolean" else ""


def _shown(value: Any) -> str:
    if value is None:
        return "unset"
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    main(sys.argv[1:])
