"""The files pipeline: what its stack adds to the construct."""

import json

from tests.infra.templates import Synthesized, references, strings

OUTPUTS = (
    *("BucketName", "QueueUrl", "QueueArn", "DlqUrl", "DlqArn", "UndeliveredUrl", "FailedInvocationsUrl"),
    *("StateMachineArn", "FunctionName", "RoundFunctionName", "StarterFunctionName", "ScalerFunctionName"),
    *("FilesTableName", "ControlTableName", "SimulatedApiParameter", "TopicArn", "DashboardName"),
)


def test_the_tools_find_everything_by_outputs(files: Synthesized) -> None:
    assert {f"Csv{name}" for name in OUTPUTS} <= files.stacks["Csv"]["Outputs"].keys()


def test_entries_of_a_file_are_sorted_and_forgotten(files: Synthesized) -> None:
    [table] = [
        t for id_, t in files.resources("AWS::DynamoDB::Table").items() if id_.startswith("StateTable")
    ]
    assert table["KeySchema"] == [
        {"AttributeName": "file", "KeyType": "HASH"},
        {"AttributeName": "entry", "KeyType": "RANGE"},
    ]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}


def test_the_simulated_api_begins_quick_and_healthy(files: Synthesized) -> None:
    api = json.loads(files.only("AWS::SSM::Parameter")["Value"])
    assert (api["down"], api["errorRate"], api["failing"]) == (False, 0.0, "")
    assert api["latencyMinMilliseconds"] < api["latencyMaxMilliseconds"] < 100


def test_a_lease_outlives_the_attempt_that_holds_it(files: Synthesized, files_lab: Synthesized) -> None:
    for app in (files, files_lab):
        function = app.functions()["csv_processor"]
        assert int(function["Environment"]["Variables"]["LEASE_SECONDS"]) > function["Timeout"]


def test_a_key_of_its_own_encrypts_all_of_it(files_prod: Synthesized) -> None:
    """Of its own, since a stack that took the other pipeline's would wait for it, and go with it."""
    [key] = files_prod.resources("AWS::KMS::Key")
    assert files_prod.only("AWS::KMS::Alias")["AliasName"] == "alias/ingestion-lab-prod-csv"
    for type_, property_ in (
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::DynamoDB::Table", "SSESpecification"),
        ("AWS::S3::Bucket", "BucketEncryption"),
    ):
        for resource in files_prod.resources(type_).values():
            assert references(resource[property_], key), type_


def test_people_hear_of_files_as_of_events(files_prod: Synthesized) -> None:
    subscriptions = files_prod.resources("AWS::SNS::Subscription").values()
    assert {each["Protocol"] for each in subscriptions} == {"email", "https"}


def test_it_can_be_left_out(orchestrated: Synthesized) -> None:
    assert not list(orchestrated.directory.glob("*-Csv.template.json"))


def test_the_dashboard_draws_depth_concurrency_rounds_and_dead_ends(files: Synthesized) -> None:
    drawn = "".join(strings(files.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
    for title in ("Files in the queue", "Age of the oldest file (s)", "Dead ends", "Concurrency", "Rounds"):
        assert f'"title":"{title}"' in drawn
    for metric in ("ExecutionsFailed", "ConcurrentExecutions", "Duration", '"IngestionLab/dev/csv"'):
        assert metric in drawn
