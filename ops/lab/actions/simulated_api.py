"""Change how the API behaves that the files pipeline calls for each row."""

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions.change import Change
from ops.lab.app.target import Target
from ops.lab.files import simulated_api
from ops.lab.files.simulated_api import HEALTHY


def behave(target: Target, behaviour: ApiBehaviour) -> Change:
    """Have it behave so, and return once every warm function has noticed."""
    before = simulated_api.read(target)
    _put(target, behaviour)
    return Change(f"the API: {_in_words(behaviour)}", lambda: _put(target, before))


def heal(target: Target) -> str:
    """Have it answer every row again, within milliseconds."""
    _put(target, HEALTHY)
    return _in_words(HEALTHY)


def _put(target: Target, behaviour: ApiBehaviour) -> None:
    if simulated_api.read(target) != behaviour:
        simulated_api.put(target, behaviour)
        simulated_api.wait_until_noticed(target)


def _in_words(behaviour: ApiBehaviour) -> str:
    if behaviour.down:
        return "down"
    least, most = behaviour.latency_min_milliseconds, behaviour.latency_max_milliseconds
    words = [f"{least} to {most} ms a row"]
    if behaviour.error_rate:
        words.append(f"{behaviour.error_rate:.0%} errors")
    if behaviour.failing:
        words.append(f"refuses rows of {behaviour.failing}")
    return ", ".join(words)
