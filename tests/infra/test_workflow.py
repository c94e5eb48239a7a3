"""The workflow of the orchestrated topology, and that the direct one has none of it."""

import json
from typing import Any

import pytest

from functions.ingestion.failure_names import NOT_INVOKED, UNKNOWN_OUTCOME
from tests.infra.state_machine import MACHINE, definition
from tests.infra.templates import Synthesized, as_list, references

STEPS = {"validate", "publish", "idempotency", "processor", "events"}


@pytest.fixture(scope="module")
def states(orchestrated: Synthesized) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = definition(orchestrated)["States"]
    return found


def tasks(states: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: state for name, state in states.items() if state["Type"] == "Task"}


def test_direct_has_none_of_it(dev: Synthesized, prod: Synthesized, jwt: Synthesized) -> None:
    for app in (dev, prod, jwt):
        assert MACHINE not in app.types()
        assert not STEPS & set(app.functions())
        assert "StateMachineArn" not in app.stacks["Functions"]["Outputs"]
        assert "STATE_MACHINE_ARN" not in json.dumps(app.stacks)


def test_orchestrated_adds_the_steps_and_leaves_the_rest(
    prod: Synthesized, orchestrated: Synthesized
) -> None:
    assert set(orchestrated.functions()) == set(prod.functions()) | STEPS
    assert orchestrated.only("AWS::Lambda::EventSourceMapping") == prod.only(
        "AWS::Lambda::EventSourceMapping"
    )
    assert orchestrated.stacks["Queue"] == prod.stacks["Queue"]


def test_ingest_and_worker_get_their_share_of_it(orchestrated: Synthesized) -> None:
    for name in ("ingest", "worker"):
        variables = orchestrated.functions()[name]["Environment"]["Variables"]
        assert variables["ORCHESTRATED_PERCENT"] == "25"
        assert references(variables["STATE_MACHINE_ARN"], "WorkflowMachine")


def test_it_is_an_express_workflow_that_is_traced_and_logs_no_customers_data(
    orchestrated: Synthesized,
) -> None:
    machine = orchestrated.only(MACHINE)
    assert machine["StateMachineType"] == "EXPRESS"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    [destination] = logging["Destinations"]
    assert references(destination, "WorkflowLogs")


def test_its_role_calls_the_five_steps_and_no_version_of_them(orchestrated: Synthesized) -> None:
    role = orchestrated.only(MACHINE)["RoleArn"]["Fn::GetAtt"][0]
    statements = [
        statement
        for policy in orchestrated.resources("AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    calls = [each for each in statements if each["Action"] == "lambda:InvokeFunction"]
    arns = [arn for each in calls for arn in as_list(each["Resource"])]
    assert sorted(arn["Fn::GetAtt"][0].lower()[5:].split("function")[0] for arn in arns) == sorted(STEPS)
    rest = {action for each in statements if each not in calls for action in as_list(each["Action"])}
    assert {action.split(":")[0] for action in rest} == {"logs", "xray"}


def test_a_step_is_killed_before_its_execution_ends_and_that_before_the_worker(
    orchestrated: Synthesized,
) -> None:
    functions = orchestrated.functions()
    step_timeouts = {functions[step]["Timeout"] for step in STEPS}
    [step_timeout] = step_timeouts
    execution_timeout = definition(orchestrated)["TimeoutSeconds"]
    assert step_timeout < execution_timeout < functions["worker"]["Timeout"]
    variables = functions["worker"]["Environment"]["Variables"]
    assert int(variables["EXECUTION_TIMEOUT_SECONDS"]) == execution_timeout
    waits = int(functions["ingest"]["Environment"]["Variables"]["EXECUTION_TIMEOUT_SECONDS"])
    assert waits + 2 < functions["ingest"]["Timeout"]


def test_only_what_lambda_did_not_begin_is_repeated(states: dict[str, dict[str, Any]]) -> None:
    for name, task in tasks(states).items():
        assert [each["ErrorEquals"] for each in task["Retry"]] == [[NOT_INVOKED]], name


def test_the_order_is_that_of_one_process(states: dict[str, dict[str, Any]]) -> None:
    followed = ["Claim", states["IsClaimed"]["Default"]]
    while "Next" in states[followed[-1]]:
        followed.append(states[followed[-1]]["Next"])
    assert followed == ["Claim", "Process", "Announce", "Conclude"]
    assert states["Validate"]["Next"] == "Publish"


def test_where_the_outcome_is_unknown_the_lease_decides_and_else_the_failure_is_kept(
    states: dict[str, dict[str, Any]],
) -> None:
    after = {
        "Claim": "WithoutClaim",
        "Process": "KeepFailure",
        "Announce": "KeepFailure",
        "Conclude": "KeepFailure",
    }
    for name, handler in after.items():
        unknown, rest = states[name]["Catch"]
        assert (set(unknown["ErrorEquals"]), unknown["Next"]) == (set(UNKNOWN_OUTCOME), "Failed")
        assert (rest["ErrorEquals"], rest["Next"]) == (["States.ALL"], handler)


def test_registering_a_failure_ends_in_the_failure_itself_whatever_happens(
    states: dict[str, dict[str, Any]],
) -> None:
    assert states["Failed"] == {
        "Type": "Fail",
        "ErrorPath": "$.error.Error",
        "CausePath": "$.error.Cause",
    }
    overtaken, rest = states["KeepFailure"]["Catch"]
    assert (overtaken["ErrorEquals"], overtaken["Next"]) == (["LeaseHeld", "LeaseLost"], "Failed")
    assert (rest["ErrorEquals"], rest["Next"]) == (["States.ALL"], "IsLastFailure")
    [any_error] = states["AnnounceFailure"]["Catch"]
    assert (any_error["ErrorEquals"], any_error["Next"]) == (["States.ALL"], "Failed")
    assert all(each["ResultPath"] is None for each in (overtaken, rest, any_error))
