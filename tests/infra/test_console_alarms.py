"""Every alarm that the app deploys has its node in a picture of the console: one that is new fails here."""

from tests.infra.conftest import Synthesize
from tests.infra.templates import Synthesized
from tests.ops.console.picture.looks import ALARMS, FILES_ALARMS, STEP_ALARMS


def alarms_of(app: Synthesized) -> set[str]:
    """By their outputs, less the ending."""
    names = (name for stack in app.stacks.values() for name in stack.get("Outputs", {}))
    return {name.removesuffix("AlarmName") for name in names if name.endswith("AlarmName")}


def test_both_pipelines(synthesize: Synthesize) -> None:
    assert alarms_of(synthesize("dev")) == ALARMS.keys() | FILES_ALARMS.keys()


def test_the_steps_of_their_own(synthesize: Synthesize) -> None:
    assert alarms_of(synthesize("orchestrated")) == ALARMS.keys() | STEP_ALARMS.keys()
