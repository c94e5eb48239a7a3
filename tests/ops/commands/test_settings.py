"""`lab settings`: the table of the settings, with the values that a lab really has."""

import json

from typer.testing import CliRunner

from ops.lab.cli import app
from ops.lab.lifecycle.plan import FIRST_CONTEXT


def test_the_lab_has_the_values_that_a_first_lab_up_gives() -> None:
    shown = json.loads(CliRunner().invoke(app, ["settings", "--json"]).stdout)

    assert {each["key"]: each["lab"] for each in shown}["alarmEmail"] == FIRST_CONTEXT["alarmEmail"]
