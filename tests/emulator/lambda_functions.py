"""Small functions for the tests of the Lambda executor: zip, deploy, invoke."""

import base64
import io
import json
import os
import sys
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

# Seconds between two looks at a function's state, and how many looks.
POLLING = {"Delay": 0.1, "MaxAttempts": 600}

ROLE = "arn:aws:iam::000000000000:role/function"


@dataclass(frozen=True)
class Result:
    """What Invoke answered. `log` is the decoded tail, `error` the FunctionError or None."""

    payload: Any
    error: str | None
    log: str


@dataclass(frozen=True)
class Function:
    """A deployed function."""

    name: str
    client: Any

    def invoke(self, event: object = None) -> Result:
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event), LogType="Tail")
        log = base64.b64decode(answer["LogResult"]).decode()
        return Result(json.loads(answer["Payload"].read()), answer.get("FunctionError"), log)

    def wait_until_active(self) -> None:
        waiter = self.client.get_waiter("function_active_v2")
        waiter.wait(FunctionName=self.name, WaiterConfig=POLLING)

    def update(self, source: str) -> None:
        self.client.update_function_code(FunctionName=self.name, ZipFile=archive({"app.py": source}))
        self.client.get_waiter("function_updated_v2").wait(FunctionName=self.name, WaiterConfig=POLLING)


def lambda_client(endpoint: str) -> Any:
    """Return a client that waits for slow functions, never invokes twice, and leaves refusing to Lambda."""
    return boto3.client(
        "lambda",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=60, retries={"total_max_attempts": 1}, parameter_validation=False),
    )


def create(endpoint: str, source: str, files: dict[str, str] | None = None, **options: Any) -> Function:
    """Create a function whose handler is `handler` in `source`."""
    function = Function(f"test-{uuid.uuid4().hex[:8]}", lambda_client(endpoint))
    parameters = {"Runtime": "python3.13", "Handler": "app.handler", "Role": ROLE, "Timeout": 20} | options
    code = {"ZipFile": archive({"app.py": source, **(files or {})})}
    function.client.create_function(FunctionName=function.name, Code=code, **parameters)
    return function


def deploy(endpoint: str, source: str, files: dict[str, str] | None = None, **options: Any) -> Function:
    """Create a function and wait until it can be invoked."""
    function = create(endpoint, source, files, **options)
    function.wait_until_active()
    return function


def archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for path, text in files.items():
            bundle.writestr(path, text)
    return buffer.getvalue()


def alive(pid: int) -> bool:
    """Whether the process still runs. One that ended but was not collected by its parent does not."""
    try:
        os.kill(pid, 0)
        if sys.platform == "linux":
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
    return True


def eventually(condition: Callable[[], bool], within_seconds: float = 30) -> None:
    """Return once `condition` holds; fail where it does not within the time."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_seconds} s"
        time.sleep(0.02)
