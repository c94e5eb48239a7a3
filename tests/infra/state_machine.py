"""A state machine's definition, read from a template."""

import json
from typing import Any

from tests.infra.templates import Synthesized, as_list

MACHINE = "AWS::StepFunctions::StateMachine"
State = dict[str, Any]


def definition(app: Synthesized) -> State:
    """The one machine's definition, with the logical id of what each reference refers to."""
    parts = app.only(MACHINE)["DefinitionString"]["Fn::Join"][1]
    texts = (part if isinstance(part, str) else _referred(part) for part in parts)
    parsed: State = json.loads("".join(texts))
    return parsed


def all_states(machine: State) -> dict[str, State]:
    """Its states by name, those within Map states as well: names are unique in a machine."""
    found: dict[str, State] = {}
    for name, state in machine["States"].items():
        found[name] = state
        if "ItemProcessor" in state:
            found |= all_states(state["ItemProcessor"])
    return found


def reachable(states: dict[str, State], start: str) -> set[str]:
    """Where an execution can come to from a state, whatever happens."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(_followers(states[name]))
    return seen


def _followers(state: State) -> list[str]:
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    named = [way["Next"] for way in ways if "Next" in way]
    return [*named, state["Default"]] if "Default" in state else named


def _referred(value: dict[str, Any]) -> str:
    return str(as_list(value.get("Ref") or value["Fn::GetAtt"])[0])
