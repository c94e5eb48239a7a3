"""The state machine of a staggered processor: what can happen to a message, and that nothing else can."""

from typing import Any

import pytest

from infra.constructs.rounds.round_machine import MAX_BATCHES
from tests.infra.state_machine import MACHINE, State, all_states, definition, reachable
from tests.infra.templates import Synthesized, as_list, references

# What the states call, each with the resources they call it on: parts of logical ids.
CALLS: dict[str, set[str]] = {
    "sqs:ReceiveMessage": {"FilesQueue"},
    "sqs:ChangeMessageVisibility": {"FilesQueue"},
    "sqs:DeleteMessage": {"FilesQueue"},
    "sqs:SendMessage": {"FilesQueue", "FilesDlq"},
    "states:StartExecution": {"Machine"},
}
# Events of an item whose every call is retried as often as it may be, and of the batch around the items.
EVENTS_OF_AN_ITEM, EVENTS_OF_A_BATCH, MAX_EVENTS = 80, 60, 25_000


@pytest.fixture(scope="module")
def states(files_lab: Synthesized) -> dict[str, State]:
    return all_states(definition(files_lab))


def item_states(app: Synthesized) -> dict[str, State]:
    found: dict[str, State] = definition(app)["States"]["Files"]["ItemProcessor"]["States"]
    return found


def test_it_is_standard_and_in_jsonpath_and_ends_by_itself(processor: Synthesized) -> None:
    machine, parsed = processor.only(MACHINE), definition(processor)
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert "QueryLanguage" not in str(parsed)
    [queue] = [q for q in processor.resources("AWS::SQS::Queue").values() if "QueueName" in q]
    assert parsed["TimeoutSeconds"] > MAX_BATCHES * queue["VisibilityTimeout"]


def test_its_log_tells_what_failed_and_nobodys_data(processor: Synthesized) -> None:
    logging = processor.only(MACHINE)["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert references(logging["Destinations"], "RoundLogs")


def test_its_role_allows_exactly_the_calls_of_its_states(processor: Synthesized) -> None:
    allowed: dict[str, list[Any]] = {}
    for statement in processor.statements_of(processor.only(MACHINE)["RoleArn"]):
        for action in as_list(statement["Action"]):
            allowed.setdefault(action, []).extend(as_list(statement["Resource"]))
    functions = allowed.pop("lambda:InvokeFunction")
    assert sorted(_function_names(processor, functions)) == _called_functions(processor)
    [bus] = allowed.pop("events:PutEvents")
    assert str(bus).endswith(":event-bus/default']]}")
    without_resource = {action for action, arns in allowed.items() if arns == ["*"]}
    assert {action.split(":")[0] for action in without_resource} == {"logs", "xray"}
    key_uses = {action for action in allowed if action.startswith("kms:")}
    rest = allowed.keys() - without_resource - key_uses
    assert rest == CALLS.keys() == _sdk_actions(processor)
    for action in rest:
        for arn in allowed[action]:
            assert any(references(arn, part) for part in CALLS[action]), action
        assert len(allowed[action]) == len(CALLS[action])


def _sdk_actions(app: Synthesized) -> set[str]:
    resources = [state["Resource"] for state in all_states(definition(app)).values() if "Resource" in state]
    calls = [resource.split("aws-sdk:")[1].split(":") for resource in resources if "aws-sdk" in resource]
    iam = {"sfn": "states"}
    return {f"{iam.get(service, service)}:{call[0].upper()}{call[1:]}" for service, call in calls}


def _called_functions(app: Synthesized) -> list[str]:
    tasks = (each["Parameters"] for each in all_states(definition(app)).values() if "Parameters" in each)
    return sorted({task["FunctionName"] for task in tasks if "FunctionName" in task})


def _function_names(app: Synthesized, arns: list[Any]) -> list[str]:
    return [arn["Fn::GetAtt"][0] for arn in arns]


def test_no_item_can_fail_the_map(processor: Synthesized) -> None:
    """Every call is caught, no state fails or compares what may be absent, and each way ends in `Settled`."""
    states = item_states(processor)
    assert "Fail" not in {state["Type"] for state in states.values()}
    for name, state in states.items():
        if state["Type"] == "Task":
            assert ["States.ALL"] in [each["ErrorEquals"] for each in state["Catch"]], name
        assert state.get("End", False) == (name == "Settled")
    for choice in states["ByStatus"]["Choices"]:
        present, _ = choice["And"]
        assert present == {"Variable": "$.answer.Payload.status", "IsPresent": True}
    assert states["Settled"]["OutputPath"] == "$.result"
    assert all("Settled" in reachable(states, name) for name in states)


def test_whatever_fails_around_the_items_closes_the_round_and_fails_the_execution(
    processor: Synthesized,
) -> None:
    states = definition(processor)["States"]
    for name, state in states.items():
        if state["Type"] in ("Task", "Map") and name not in ("CloseFailedRound", "ContinueAnew"):
            [caught] = state["Catch"]
            assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], "CloseFailedRound"), name
    assert states["CloseFailedRound"]["Parameters"]["Payload"]["step"] == "close"
    assert (
        states["CloseFailedRound"]["Catch"][0]["Next"] == states["CloseFailedRound"]["Next"] == "RoundFailed"
    )
    assert states["RoundFailed"]["ErrorPath"] == "$.error.Error"


@pytest.mark.parametrize(
    ("error", "first", "last"),
    [
        ("PermanentFailure", "Explain", {"DeadLetter", "Announce", "Delete"}),
        ("Lambda.TooManyRequestsException", "Throttled", {"SendAgain", "Delete"}),
        ("LeaseHeld", "IsHeldToTheLast", {"GoBack", "SendAgain"}),
        ("States.ALL", "IsLastAttempt", {"GoBack", "Explain"}),
    ],
)
def test_an_error_decides_what_becomes_of_the_message(
    states: dict[str, State], error: str, first: str, last: set[str]
) -> None:
    [caught] = [each for each in states["Process"]["Catch"] if each["ErrorEquals"] == [error]]
    assert (caught["Next"], caught["ResultPath"]) == (first, "$.error")
    assert last <= reachable(states, first)


@pytest.mark.parametrize("first", ["Throttled", "IsHeldToTheLast"])
def test_what_is_no_attempt_never_makes_a_dead_letter(states: dict[str, State], first: str) -> None:
    assert "DeadLetter" not in reachable(states, first)
    order = [each["ErrorEquals"][0] for each in states["Process"]["Catch"]]
    assert order.index("Lambda.TooManyRequestsException") < order.index("States.ALL")


@pytest.mark.parametrize(
    "error", ["Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown", "States.Timeout"]
)
def test_what_died_with_its_lease_comes_back_once_that_has_run_out(
    files_lab: Synthesized, error: str
) -> None:
    """Sooner it would meet its own lease, and be sent again: a file that kills every attempt, for ever."""
    states = all_states(definition(files_lab))
    caught = next(
        each for each in states["Process"]["Catch"] if {error, "States.ALL"} & set(each["ErrorEquals"])
    )
    waits = states[caught["Next"]]
    assert (waits["ResultPath"], waits["Next"]) == ("$.retrySeconds", "IsLastAttempt")
    variables = files_lab.functions()["csv_processor"]["Environment"]["Variables"]
    assert waits["Result"] == int(variables["LEASE_SECONDS"])


def test_the_last_attempt_is_the_queues_last_receive(files: Synthesized, files_lab: Synthesized) -> None:
    """So that SQS moves to the DLQ only what the machine could not, and what then has no reason beside it."""
    for app, count in ((files, 5), (files_lab, 3)):
        [rule] = all_states(definition(app))["IsLastAttempt"]["Choices"]
        assert rule == {"Variable": "$.receiveCount", "NumericGreaterThanEquals": count, "Next": "Explain"}
        [queue] = [q for q in app.resources("AWS::SQS::Queue").values() if "QueueName" in q]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == count


def test_a_message_is_deleted_only_after_it_is_done_sent_again_or_dead_lettered(
    states: dict[str, State],
) -> None:
    before = {name for name, state in states.items() if state.get("Next") == "Delete"}
    assert before == {"Succeeded", "SendAgain", "Failed"}
    assert states["Announce"]["Next"] == "Failed"
    assert states["DeadLetter"]["Next"] == "Announce"
    assert states["SendAgain"]["Catch"][0]["Next"] == states["DeadLetter"]["Catch"][0]["Next"] == "Returned"


def test_what_is_sent_again_keeps_body_and_attributes(states: dict[str, State]) -> None:
    sent = states["SendAgain"]["Parameters"]
    assert (sent["MessageBody.$"], sent["MessageAttributes.$"]) == ("$.body", "$.messageAttributes")
    dead = states["DeadLetter"]["Parameters"]
    assert (dead["MessageBody.$"], dead["MessageAttributes.$"]) == (
        "$.body",
        "$.failure.Payload.messageAttributes",
    )


def test_the_pace_and_the_concurrency_come_from_the_plan(states: dict[str, State]) -> None:
    assert states["Files"]["MaxConcurrencyPath"] == "$.round.Payload.concurrency"
    assert states["AwaitTurn"]["SecondsPath"] == "$.waitSeconds"
    assert states["GoBack"]["Parameters"]["VisibilityTimeout.$"] == "$.retrySeconds"
    assert states["Receive"]["Parameters"]["MaxNumberOfMessages"] == 10


def test_concurrency_is_read_anew_for_each_batch(states: dict[str, State]) -> None:
    [left] = states["IsBatchLeft"]["Choices"]
    assert (left["NumericLessThan"], left["Next"]) == (MAX_BATCHES, "CountBatch")
    assert states["CountBatch"]["Next"] == "Open"


def test_an_execution_ends_before_its_history_is_full_and_another_goes_on(states: dict[str, State]) -> None:
    assert MAX_BATCHES * (10 * EVENTS_OF_AN_ITEM + EVENTS_OF_A_BATCH) < MAX_EVENTS
    same, continued = states["IsThereMore"]["Choices"]
    assert (same["Next"], continued["Next"]) == ("CountBatch", "ContinueAnew")
    assert same["And"][1] == {"Variable": "$.batches", "NumericLessThan": MAX_BATCHES}
    assert states["ContinueAnew"]["Parameters"]["StateMachineArn.$"] == "$$.StateMachine.Id"


def test_the_queue_is_looked_at_once_more_after_the_lock_is_free(states: dict[str, State]) -> None:
    """`close` releases and then reads the depth; only its answer ends the execution."""
    ends = {name for name in reachable(states, "Open") if states[name]["Type"] == "Succeed"}
    assert ends == {"AlreadyRunning", "QueueEmpty"}
    assert [name for name in states if "QueueEmpty" in str(states[name])] == ["IsThereMore"]


def test_a_task_outlives_the_function_that_it_waits_for(processor: Synthesized) -> None:
    timeouts = {
        logical_id: function["Timeout"]
        for logical_id, function in processor.resources("AWS::Lambda::Function").items()
    }
    for name, state in all_states(definition(processor)).items():
        if "FunctionName" in state.get("Parameters", {}):
            assert state["TimeoutSeconds"] > timeouts[state["Parameters"]["FunctionName"]], name
