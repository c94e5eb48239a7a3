"""The command `lab-emulator` alone: a CDK app that has nothing of the lab is deployed to it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest

from ops.lab.app.target import LOCAL_REGION
from ops.lab.local.emulator_process import EMULATOR_PYTHON
from ops.lab.local.ports import accepts_connections, free_port
from ops.lab.local.process_table import command_line, cpu_seconds, descendants
from ops.lab.repository import REPOSITORY
from ops.lab.waiting import eventually

COMMAND = EMULATOR_PYTHON.with_name("lab-emulator")
CDKLOCAL = REPOSITORY / "infra" / "node_modules" / ".bin" / "cdklocal"
# Of a program that neither writes a line nor uses the processor: how fast one is depends on the machine.
STILL_SECONDS = 60
APP = """\
from aws_cdk import App, CfnOutput, Stack, aws_lambda, aws_lambda_event_sources, aws_sqs
stack = Stack(app := App(), "Foreign")
queue, seen = aws_sqs.Queue(stack, "Queue"), aws_sqs.Queue(stack, "Seen")
function = aws_lambda.Function(stack, "Function", runtime=aws_lambda.Runtime.PYTHON_3_13,
    handler="index.handler", code=aws_lambda.Code.from_asset("function"),
    environment={"SEEN": seen.queue_url})
function.add_event_source(aws_lambda_event_sources.SqsEventSource(queue))
seen.grant_send_messages(function)
CfnOutput(stack, "QueueUrl", value=queue.queue_url)
CfnOutput(stack, "SeenUrl", value=seen.queue_url)
app.synth()
"""
HANDLER = """\
import os, boto3
def handler(event, context):
    for record in event["Records"]:
        boto3.client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody=record["body"].upper())
"""


@contextmanager
def _lab_emulator(port: int, folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command in the foreground of a session of its own, as a terminal would start it."""
    output = (folder / "output").open("w")
    with (
        output,
        subprocess.Popen(
            [str(COMMAND), "--port", str(port), *options],
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"AWS_PROFILE": "of-the-caller"},
            start_new_session=True,
        ) as process,
    ):
        try:
            eventually(
                lambda: (folder / "output").read_text(),
                within=STILL_SECONDS,
                until=lambda text: f"ready: http://127.0.0.1:{port}\n" in text or process.poll() is not None,
                what="the line with the endpoint",
                moves=lambda: _work(process.pid, folder / "output"),
            )
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _work(pid: int, output: Path) -> tuple[int, int]:
    """Bytes that a program and its children wrote, and whole seconds of the processor that they used."""
    return output.stat().st_size, int(sum(map(cpu_seconds, [pid, *descendants(pid)])))


def _end(process: subprocess.Popen[str], output: Path) -> int:
    """Wait for its end, as long as it works, and return its status."""
    eventually(
        process.poll,
        within=STILL_SECONDS,
        until=lambda status: status is not None,
        what="its end",
        moves=lambda: _work(process.pid, output),
    )
    return process.wait()


def _cdklocal(folder: Path, port: int, *arguments: str) -> None:
    """Run cdklocal as the README says, in the app's folder."""
    endpoint = f"http://127.0.0.1:{port}"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_", "LAB_"))
    } | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": LOCAL_REGION,
        "AWS_DEFAULT_REGION": LOCAL_REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
    }
    said = folder / "cdklocal.log"
    with (
        said.open("w") as log,
        subprocess.Popen(
            [str(CDKLOCAL), *arguments],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            assert _end(process, said) == 0, said.read_text()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


# Its waits measure progress: on a busy machine it takes longer than a test usually may.
@pytest.mark.timeout(900)
def test_a_foreign_app_is_deployed_and_works(tmp_path: Path) -> None:
    port = free_port()
    app = tmp_path / "app"
    (app / "function").mkdir(parents=True)
    (app / "app.py").write_text(APP)
    (app / "function" / "index.py").write_text(HANDLER)
    (app / "cdk.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))
    with _lab_emulator(port, tmp_path) as process:
        _cdklocal(app, port, "bootstrap")
        _cdklocal(app, port, "deploy", "--require-approval", "never", "--outputs-file", "outputs.json")
        outputs = json.loads((app / "outputs.json").read_text())["Foreign"]
        sqs = boto3.client(
            "sqs",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name=LOCAL_REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        sqs.send_message(QueueUrl=outputs["QueueUrl"], MessageBody="hello")
        answer = sqs.receive_message(QueueUrl=outputs["SeenUrl"], WaitTimeSeconds=20)
        assert [message["Body"] for message in answer["Messages"]] == ["HELLO"]

        children = descendants(process.pid)
        assert children  # the process that starts functions, and the function
        process.send_signal(signal.SIGTERM)
        assert _end(process, tmp_path / "output") == 0
        eventually(
            lambda: [pid for pid in children if command_line(pid)],
            within=30,
            until=lambda left: not left,
            what="the end of all that it started",
        )
        assert not accepts_connections(port)


def test_ctrl_c_ends_it_and_its_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with _lab_emulator(free_port(), tmp_path) as process:
        assert list(tmp_path.glob("dlq-lab-*"))
        process.send_signal(signal.SIGINT)
        assert _end(process, tmp_path / "output") == 0
    assert not list(tmp_path.glob("dlq-lab-*"))


def _refused(*options: str) -> str:
    ended = subprocess.run([str(COMMAND), *options], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


def test_a_port_in_use_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert _refused("--port", str(port)) == (
            f"port {port} is in use by another program; choose another one with --port\n"
        )


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--host", "0.0.0.0"), "listens on 127.0.0.1 alone, not on 0.0.0.0"),
        (("--port", "http"), "http is no port: take a number from 1 to 65535"),
        (("--port", "70000"), "70000 is no port: take a number from 1 to 65535"),
        (("--iam", "strict"), "LAB_IAM=strict is no mode of IAM: take one of enforce, warn, off"),
        (("--speed", "0.5"), "LAB_SPEED=0.5 is no speed: take a number from 1 to 300"),
    ],
)
def test_what_it_cannot_do_is_refused_in_one_line(options: tuple[str, ...], reason: str) -> None:
    line = _refused(*options)
    assert reason in line
    assert line.count("\n") == 1


def test_its_help_names_every_option() -> None:
    shown = subprocess.run([str(COMMAND), "--help"], capture_output=True, text=True, check=True)
    assert all(option in shown.stdout for option in ("--port", "--host", "--speed", "--iam", "--data"))
