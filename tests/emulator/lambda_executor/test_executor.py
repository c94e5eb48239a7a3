"""A function that works: what it is given, and what its caller gets back."""

import os
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from ops.lab.repository import REPOSITORY
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import create, deploy

EMULATOR = REPOSITORY / "ops" / "emulator"

ECHO = "def handler(event, context): return event"

ENVIRONMENT = """
import os, sys
def handler(event, context):
    return {"variables": dict(os.environ), "path": sys.path, "cwd": os.getcwd()}
"""

# LocalStack's own dependencies: AWS's runtime has none of them.
MODULES = """
import importlib.util
def handler(event, context):
    return {name: importlib.util.find_spec(name) is not None for name in event}
"""


@pytest.mark.parametrize(
    "event",
    [None, 0, "text", [], {"größe": "日本 🎉", "nul": "\u0000"}, {"big": "x" * 1_500_000}],
    ids=["null", "number", "string", "list", "unicode", "1.5 MB"],
)
def test_the_result_of_the_handler_comes_back(emulator: Emulator, event: Any) -> None:
    result = deploy(emulator.endpoint, ECHO).invoke(event)
    assert (result.error, result.payload) == (None, event)


def test_the_context_describes_the_invocation(emulator: Emulator) -> None:
    source = """
def handler(event, context):
    return {
        "remaining": context.get_remaining_time_in_millis(), "id": context.aws_request_id,
        "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
        "name": context.function_name, "version": context.function_version,
    }
"""
    function = deploy(emulator.endpoint, source, Timeout=7, MemorySize=256)
    context = function.invoke().payload
    assert 0 < context.pop("remaining") <= 7000
    assert len(context.pop("id")) == 36
    assert context == {
        "arn": f"arn:aws:lambda:us-east-1:000000000000:function:{function.name}",
        "memory": "256",
        "name": function.name,
        "version": "$LATEST",
    }


def test_the_environment_holds_awss_variables_and_the_users_and_no_others(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, ENVIRONMENT, Environment={"Variables": {"COLOUR": "grün"}})
    seen = function.invoke().payload
    variables = seen["variables"]
    assert variables["COLOUR"] == "grün"
    assert variables["AWS_ENDPOINT_URL"] == emulator.endpoint
    assert variables["_HANDLER"] == "app.handler"
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert variables["LAMBDA_TASK_ROOT"] == seen["cwd"] == seen["path"][0]
    assert variables["TMPDIR"] == variables["HOME"] != os.environ.get("HOME")
    allowed = ("AWS_", "_AWS_XRAY", "LAMBDA_", "_HANDLER", "_X_AMZN_TRACE_ID")
    rest = {name for name in variables if not name.startswith(allowed)}
    assert rest == {"PATH", "LANG", "TZ", "HOME", "TMPDIR", "COLOUR"}


def test_the_sdk_of_the_runtime_reaches_the_emulator(emulator: Emulator) -> None:
    source = """
import boto3
def handler(event, context): return boto3.client("sts").get_caller_identity()["Account"]
"""
    assert deploy(emulator.endpoint, source).invoke().payload == "000000000000"


def test_only_what_awss_runtime_provides_can_be_imported(emulator: Emulator) -> None:
    found = deploy(emulator.endpoint, MODULES).invoke(["boto3", "localstack", "pydantic", "yaml", "requests"])
    assert [name for name, present in found.payload.items() if present] == ["boto3"]


def test_a_package_in_the_archive_wins_over_the_runtimes(emulator: Emulator) -> None:
    source = "import jmespath\ndef handler(event, context): return jmespath.__version__"
    function = deploy(emulator.endpoint, source, {"jmespath/__init__.py": "__version__ = 'mine'"})
    assert function.invoke().payload == "mine"


def test_variables_that_python_reads_at_its_start_work(emulator: Emulator) -> None:
    source = "import sys\ndef handler(event, context): return sys.flags.optimize"
    function = deploy(emulator.endpoint, source, Environment={"Variables": {"PYTHONOPTIMIZE": "2"}})
    assert function.invoke().payload == 2


def test_the_runtime_works_without_its_native_client_as_on_macos(emulator: Emulator) -> None:
    stand_in = EMULATOR / "lab_emulator/lambda_executor/child/portable/runtime_client.py"
    source = """
import runtime_client
def handler(event, context):
    if event == "raise": raise ValueError("größe")
    return [runtime_client.__file__.endswith("runtime_client.py"), event]
"""
    function = deploy(emulator.endpoint, source, {"runtime_client.py": stand_in.read_text()})
    assert function.invoke("größe").payload == [True, "größe"]
    assert function.invoke("raise").payload["errorMessage"] == "größe"
    assert function.invoke("x" * 1_500_000).error is None


@pytest.mark.parametrize("runtime", ["nodejs22.x", "java21"])
def test_another_runtime_is_refused_with_what_is_supported(emulator: Emulator, runtime: str) -> None:
    function = create(emulator.endpoint, ECHO, Runtime=runtime)
    with pytest.raises(WaiterError, match="Failed"):
        function.wait_until_active()
    reason = emulator.client("lambda").get_function_configuration(FunctionName=function.name)["StateReason"]
    assert f"the runtime {runtime} is not supported" in reason
    assert "python3.13" in reason
