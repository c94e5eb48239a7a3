"""Least privilege: each policy against a table, and the table against what the code really calls."""

import pytest

from tests.infra.aws_calls import aws_calls
from tests.infra.templates import Synthesized, as_list, package_of, references, strings

# Not called: without it S3 says 403, and not 404, of an object that is gone (API reference, GetObject).
NEEDED_FOR_404: dict[str, str | set[str]] = {"s3:ListBucket": "FilesBucket"}
# Called for a bucket without versions alone, which a processor may be given and no stack of the app has: a
# call that names a version needs s3:GetObjectVersion (API reference, GetObject, "Permissions").
UNVERSIONED = {"s3:GetObject"}
# What a function's code calls, each with the resources it calls it on: parts of logical ids.
CALLS: dict[str, dict[str, str | set[str]]] = {
    "ingest": {"sqs:SendMessage": "EventsQueue", "ssm:GetParameter": "FailureMode"},
    "worker": {
        "dynamodb:PutItem": "StateTable",
        "dynamodb:UpdateItem": "StateTable",
        "events:PutEvents": "OutcomesBus",
        "ssm:GetParameter": "FailureMode",
    },
    "validate": {},
    "publish": {"sqs:SendMessage": "EventsQueue", "ssm:GetParameter": "FailureMode"},
    "idempotency": {"dynamodb:PutItem": "StateTable", "dynamodb:UpdateItem": "StateTable"},
    "processor": {"ssm:GetParameter": "FailureMode"},
    "events": {"events:PutEvents": "OutcomesBus"},
    "redrive": {
        "sqs:ReceiveMessage": "EventsDlq",
        "sqs:ChangeMessageVisibility": "EventsDlq",
        "sqs:GetQueueAttributes": "EventsDlq",
        "dynamodb:BatchGetItem": "StateTable",
        "dynamodb:GetItem": "RedriveJobsTable",
        "dynamodb:PutItem": "RedriveJobsTable",
        "dynamodb:UpdateItem": "RedriveJobsTable",
        "lambda:InvokeFunction": "RedriveRunnerFunction",
    },
    "redrive_runner": {
        "sqs:ReceiveMessage": "EventsDlq",
        "sqs:ChangeMessageVisibility": "EventsDlq",
        "sqs:GetQueueAttributes": "EventsDlq",
        "sqs:DeleteMessage": "EventsDlq",
        "sqs:SendMessage": {"EventsQueue", "EventsParked"},
        "dynamodb:BatchGetItem": "StateTable",
        "dynamodb:UpdateItem": {"StateTable", "RedriveJobsTable"},
        "lambda:InvokeFunction": "RedriveRunnerFunction",
    },
    "reset": {"ssm:PutParameter": "FailureMode"},
    "authorizer": {"secretsmanager:GetSecretValue": "AuthApiKey"},
    "round_control": {
        "dynamodb:GetItem": "ControlTable",
        "dynamodb:PutItem": "ControlTable",
        "dynamodb:UpdateItem": "ControlTable",
        "sqs:ChangeMessageVisibility": "Queue",
        "sqs:GetQueueAttributes": "Queue",
        "states:DescribeExecution": "Machine",
    },
    "round_starter": {
        "dynamodb:GetItem": "ControlTable",
        "sqs:GetQueueAttributes": "Queue",
        "states:DescribeExecution": "Machine",
        "states:StartExecution": "Machine",
    },
    "smtp_notifier": {
        "sqs:ChangeMessageVisibility": "SmtpWaitingQueue",
        "sqs:SendMessage": {"SmtpWaitingQueue", "SmtpWaitingDlq"},
        "secretsmanager:GetSecretValue": "secret:lab/smtp-??????",
    },
    "splunk_forwarder": {
        "sqs:ChangeMessageVisibility": "SplunkWaitingQueue",
        "sqs:SendMessage": {"SplunkWaitingQueue", "SplunkFailedInvocationsQueue"},
        "secretsmanager:GetSecretValue": "secret:lab/splunk-??????",
    },
    "dynatrace_exporter": {
        "cloudwatch:GetMetricData": "*",
        "cloudwatch:ListMetrics": "*",
        "dynamodb:UpdateItem": "DynatraceProgressTable",
        "ssm:GetParameter": {"DynatraceResourcesIngestion", "DynatraceResourcesCsv"},
        "secretsmanager:GetSecretValue": "secret:lab/dynatrace-??????",
    },
    "scaler": {
        "dynamodb:GetItem": "ControlTable",
        "dynamodb:PutItem": "ControlTable",
        "sqs:GetQueueAttributes": "Queue",
        "lambda:GetFunctionConcurrency": "ProcessorFunction",
        "lambda:PutFunctionConcurrency": "ProcessorFunction",
    },
    "csv_processor": {
        "dynamodb:BatchWriteItem": "StateTable",
        "dynamodb:Query": "StateTable",
        "dynamodb:UpdateItem": "StateTable",
        "s3:AbortMultipartUpload": "FilesBucket",
        "s3:DeleteObject": "FilesBucket",
        "s3:GetObject": "FilesBucket",
        "s3:GetObjectVersion": "FilesBucket",
        "s3:ListBucket": "FilesBucket",
        "s3:PutObject": "FilesBucket",
        "ssm:GetParameter": "SimulatedApi",
    },
    "fingerprint": {
        "dynamodb:PutItem": "FingerprintsTable",
        "s3:GetObjectVersion": "FilesBucket",
        **NEEDED_FOR_404,
    },
}
# What the code of these calls where there is a workflow, and may call only there.
EXECUTION: dict[str, str | set[str]] = {"states:StartSyncExecution": "WorkflowMachine"}
STARTS_EXECUTIONS = ("ingest", "worker")
# What Lambda does in the function's name: its poller, and writing logs and traces.
POLLER = {
    "sqs:ReceiveMessage": "EventsQueue",
    "sqs:DeleteMessage": "EventsQueue",
    "sqs:GetQueueAttributes": "EventsQueue",
}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# What Lambda does in the name of those that are invoked asynchronously beside a staggered processor.
FAILURE_DESTINATION = {"sqs:SendMessage": "FailedInvocations"}
INVOKED_LATER = ("csv_processor", "fingerprint", "round_starter", "scaler")
# What is named at run time: the clients' objects, the executions of the one machine.
NAMED_LATER = ("/incoming/*", "/rejects/*", ":*")
# With a key of our own, what the services behind those calls ask of it.
KEY_USES = {
    "ingest": {"kms:Decrypt", "kms:GenerateDataKey"},
    "worker": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "redrive": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "redrive_runner": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "validate": set(),
    "publish": {"kms:Decrypt", "kms:GenerateDataKey"},
    "idempotency": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "processor": set(),
    "events": {"kms:Decrypt", "kms:GenerateDataKey"},
    "reset": set(),
    "authorizer": {"kms:Decrypt"},
    "round_control": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "round_starter": {"kms:Decrypt", "kms:GenerateDataKey"},
    "scaler": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "smtp_notifier": {"kms:Decrypt", "kms:GenerateDataKey"},
    "splunk_forwarder": {"kms:Decrypt", "kms:GenerateDataKey"},
    "dynatrace_exporter": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "csv_processor": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
    "fingerprint": {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
}


def _expected(function: str, app: Synthesized) -> dict[str, str | set[str]]:
    starts = function in STARTS_EXECUTIONS and "AWS::StepFunctions::StateMachine" in app.types()
    expected = CALLS[function] | (POLLER if function == "worker" else {}) | (EXECUTION if starts else {})
    if function in INVOKED_LATER:
        expected |= FAILURE_DESTINATION
    if function == "scaler" and "fingerprint" in app.functions():
        expected |= dict.fromkeys(
            ("lambda:GetFunctionConcurrency", "lambda:PutFunctionConcurrency"), "FingerprintFunction"
        )
    return expected


def test_each_policy_lists_exactly_what_its_function_needs(pipeline: Synthesized) -> None:
    has_key = "AWS::KMS::Key" in pipeline.types()
    for function in pipeline.functions():
        expected = (
            set(_expected(function, pipeline)) | LOGS | TRACES | (KEY_USES[function] if has_key else set())
        )
        assert pipeline.actions(function) == expected, function


def test_each_action_is_allowed_on_its_own_resources_alone(pipeline: Synthesized) -> None:
    for function in pipeline.functions():
        for action in pipeline.actions(function) - LOGS - TRACES:
            resources = as_set(_expected(function, pipeline).get(action, "EncryptionKey"))
            arns = [
                arn
                for statement in pipeline.statements(function)
                if action in as_list(statement["Action"])
                for arn in as_list(statement["Resource"])
            ]
            met = [{resource for resource in resources if references(arn, resource)} for arn in arns]
            assert all(met), f"{function}: {action} on {arns}"
            assert set.union(*met) == resources, f"{function}: {action} on {arns}"


def as_set(value: str | set[str]) -> set[str]:
    return {value} if isinstance(value, str) else value


def test_each_function_writes_to_its_own_log_group_alone(pipeline: Synthesized) -> None:
    for name, function in pipeline.functions().items():
        (statement,) = (s for s in pipeline.statements(name) if set(as_list(s["Action"])) == LOGS)
        assert statement["Resource"] == {"Fn::GetAtt": [function["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]}


def test_only_what_is_named_at_run_time_has_a_wildcard(pipeline: Synthesized) -> None:
    """And X-Ray, which has no resources to name: its two actions take nothing but `*`."""
    for function in pipeline.functions():
        for statement in pipeline.statements(function):
            if set(as_list(statement["Action"])) == TRACES:
                assert statement["Resource"] == "*"
            else:
                wildcards = [text for text in strings(statement["Resource"]) if "*" in text]
                assert all(text.endswith(NAMED_LATER) for text in wildcards), statement
                assert not any("*" in action for action in as_list(statement["Action"]))


def test_no_role_has_a_managed_or_inline_policy_besides(pipeline: Synthesized) -> None:
    services = []
    for role in pipeline.resources("AWS::IAM::Role").values():
        assert not {"ManagedPolicyArns", "Policies"} & set(role)
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        services.append(trust["Principal"]["Service"])
    machines = len(pipeline.resources("AWS::StepFunctions::StateMachine"))
    assert services.count("states.amazonaws.com") == machines
    assert services.count("lambda.amazonaws.com") == len(services) - machines


@pytest.mark.parametrize("function", CALLS)
def test_the_table_is_what_the_code_calls(function: str) -> None:
    starts = set(EXECUTION) if function in STARTS_EXECUTIONS else set()
    uncalled = set(NEEDED_FOR_404) if function == "fingerprint" else set()
    unversioned = UNVERSIONED if function == "fingerprint" else set()
    table = (set(CALLS[function]) | starts | unversioned) - uncalled
    assert aws_calls(f"{package_of(function)}.handler") == table


def test_files_of_a_bucket_with_versions_are_read_by_version_alone(processor: Synthesized) -> None:
    assert processor.only("AWS::S3::Bucket")["VersioningConfiguration"] == {"Status": "Enabled"}
    for function in processor.functions():
        for statement in processor.statements(function):
            if any(text.endswith("/incoming/*") for text in strings(statement["Resource"])):
                assert as_list(statement["Action"]) == ["s3:GetObjectVersion"]


def test_with_a_key_of_our_own_everything_that_is_kept_is_under_it(
    files_prod: Synthesized, fingerprint_own_key: Synthesized
) -> None:
    for app in (files_prod, fingerprint_own_key):
        [key] = app.resources("AWS::KMS::Key")
        for type_ in ("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::SNS::Topic"):
            for id_, properties in app.resources(type_).items():
                assert references(properties, key), id_
