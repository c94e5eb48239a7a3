"""The functions: how they run and what feeds them."""

from dataclasses import fields
from typing import get_args

from functions.common.environment import Environment, from_variables
from functions.ingestion import environment as environments
from functions.ingestion import outcome_names
from functions.ingestion.event_schema import SchemaVersion
from infra.settings.ingestion import EventSchema
from tests.infra.templates import Synthesized, package_of, references

MODELS: dict[str, type[Environment]] = {
    "validate": environments.ValidateEnvironment,
    "publish": environments.PublishEnvironment,
    "idempotency": environments.IdempotencyEnvironment,
    "processor": environments.ProcessorEnvironment,
    "events": environments.EventsEnvironment,
    "ingest": environments.IngestEnvironment,
    "worker": environments.WorkerEnvironment,
    "redrive": environments.RedriveEnvironment,
    "redrive_runner": environments.RedriveRunnerEnvironment,
    "reset": environments.ResetEnvironment,
    "authorizer": environments.AuthorizerEnvironment,
}


def test_there_are_no_functions_but_ours(dev: Synthesized, prod: Synthesized, jwt: Synthesized) -> None:
    """A CDK custom resource would bring a Node.js function, which the lab cannot run offline."""
    open_ = {"ingest", "worker", "redrive", "redrive_runner", "reset"}
    assert set(dev.functions()) == set(jwt.functions()) == open_
    assert set(prod.functions()) == open_ | {"authorizer"}
    assert not any("Custom" in type_ for app in (dev, prod, jwt) for type_ in app.types())


def test_each_runs_python_313_on_arm_under_its_own_handler(each: Synthesized) -> None:
    for name, function in each.functions().items():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
        assert function["Handler"] == f"{package_of(name)}.handler.handler"
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_all_share_one_code_asset(each: Synthesized) -> None:
    assert len({function["Code"]["S3Key"] for function in each.functions().values()}) == 1


def test_each_gets_the_variables_of_its_model_and_no_other(each: Synthesized) -> None:
    for name, function in each.functions().items():
        own = {
            variable
            for variable in function["Environment"]["Variables"]
            if not variable.startswith("POWERTOOLS_")
        }
        models = [MODELS[name]]
        if name in ("ingest", "worker") and "processor" in each.functions():
            models.append(environments.OrchestrationEnvironment)
        assert own == {field.name.upper() for model in models for field in fields(model)}, name


def test_the_worker_reads_back_the_settings_that_concern_it(jwt: Synthesized) -> None:
    worker = jwt.functions()["worker"]
    variables = {k: v for k, v in worker["Environment"]["Variables"].items() if isinstance(v, str)}
    model = from_variables(
        environments.WorkerEnvironment,
        variables | dict.fromkeys(("TABLE_NAME", "BUS_NAME"), "x") | {"FAILURE_MODE_PARAMETER": "/x"},
    )
    assert model.ttl_days == 14
    assert model.max_receive_count == 3
    assert model.failure_mode_cache_seconds == 1
    assert worker["Timeout"] < model.lease_seconds


def test_every_schema_that_can_be_set_is_one_that_the_worker_knows() -> None:
    assert set(get_args(EventSchema)) == set(SchemaVersion)


def test_each_logs_to_a_group_of_its_own(each: Synthesized) -> None:
    groups = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in each.functions().values()]
    assert len(set(groups)) == len(groups)
    assert set(groups) <= set(each.resources("AWS::Logs::LogGroup"))


def test_a_batch_may_fail_in_part(each: Synthesized) -> None:
    source = each.only("AWS::Lambda::EventSourceMapping")
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert references(source["EventSourceArn"], "EventsQueue")


def test_batches_are_as_the_settings_say(dev: Synthesized, jwt: Synthesized) -> None:
    shapes = [
        (source["BatchSize"], source["MaximumBatchingWindowInSeconds"])
        for source in (app.only("AWS::Lambda::EventSourceMapping") for app in (dev, jwt))
    ]
    assert shapes == [(10, 2), (5, 1)]


def test_backpressure_is_off_unless_set(dev: Synthesized, prod: Synthesized) -> None:
    assert "ScalingConfig" not in dev.only("AWS::Lambda::EventSourceMapping")
    assert "ReservedConcurrentExecutions" not in dev.functions()["worker"]
    assert prod.only("AWS::Lambda::EventSourceMapping")["ScalingConfig"] == {"MaximumConcurrency": 4}
    assert prod.functions()["worker"]["ReservedConcurrentExecutions"] == 8


def test_the_failure_mode_starts_as_none(each: Synthesized) -> None:
    parameter = each.only("AWS::SSM::Parameter")
    assert (parameter["Type"], parameter["Value"]) == ("String", "none")


def test_the_failure_mode_of_an_environment_that_keeps_its_data_is_its_own(
    dev: Synthesized, prod: Synthesized
) -> None:
    names = [app.only("AWS::SSM::Parameter")["Name"] for app in (dev, prod)]
    assert names == ["/ingestion/failure_mode", "/ingestion/prod/failure_mode"]


def test_rules_match_what_the_worker_sends(dev: Synthesized) -> None:
    matched = [rule["EventPattern"] for rule in dev.resources("AWS::Events::Rule").values()]
    sent = [
        {"source": [outcome_names.SOURCE], "detail-type": [kind]}
        for kind in (outcome_names.SUCCESS, outcome_names.FAILURE)
    ]
    assert sorted(matched, key=str) == sorted(sent, key=str)
