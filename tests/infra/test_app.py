"""The app as the command line runs it: a process of its own, from anywhere, for any target."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.templates import Synthesized

APP = Path(__file__).resolve().parents[2] / "infra" / "app.py"


def _run(
    outdir: Path, *, cwd: Path, context: dict[str, object], **environment: str
) -> subprocess.CompletedProcess[str]:
    variables = {"CDK_OUTDIR": str(outdir), "CDK_CONTEXT_JSON": json.dumps(context), **environment}
    return subprocess.run(
        [sys.executable, str(APP)], cwd=cwd, env=os.environ | variables, capture_output=True, text=True
    )


def test_a_context_gives_the_same_templates_for_localstack_and_for_aws(
    dev: Synthesized, tmp_path: Path
) -> None:
    """Another process, folder and output, LocalStack's variables set: byte for byte the same."""
    ran = _run(
        tmp_path / "out",
        cwd=tmp_path,
        context={"envName": "dev"},
        AWS_ENDPOINT_URL="http://127.0.0.1:4566",
        AWS_REGION="eu-central-1",
        CDK_DEFAULT_ACCOUNT="000000000000",
        CDK_DEFAULT_REGION="eu-central-1",
    )
    assert ran.returncode == 0, ran.stderr
    names = sorted(path.name for path in dev.directory.glob("*.template.json"))
    assert len(names) == 5
    for name in names:
        assert (tmp_path / "out" / name).read_bytes() == (dev.directory / name).read_bytes(), name


def test_no_template_knows_an_account_a_region_or_this_checkout(each: Synthesized) -> None:
    for path in each.directory.glob("*.template.json"):
        text = path.read_text()
        for leak in ("000000000000", "us-east-1", "127.0.0.1", str(APP.parent.parent), "localstack"):
            assert leak not in text.lower(), f"{path.name}: {leak}"


# Of the properties that name a resource: unique in an account and region.
_NAMES = ("AlarmName", "AliasName", "DashboardName", "LogGroupName", "Name", "PolicyName", "QueueName")
_MAY_BE_SHARED = ("AWS::ApiGatewayV2::Api", "AWS::IAM::Policy")


def test_two_environments_of_one_account_and_region_have_no_name_in_common(
    dev: Synthesized, prod: Synthesized
) -> None:
    mine, theirs = _names(dev), _names(prod)
    assert {type_ for type_, _ in mine} >= {"AWS::SQS::Queue", "AWS::SSM::Parameter", "AWS::Logs::LogGroup"}
    assert not mine & theirs


def _names(app: Synthesized) -> set[tuple[str, str]]:
    return {
        (resource["Type"], resource["Properties"][name])
        for path in app.directory.glob("*.template.json")
        for resource in json.loads(path.read_text())["Resources"].values()
        for name in _NAMES
        if resource["Type"] not in _MAY_BE_SHARED
        and isinstance(resource.get("Properties", {}).get(name), str)
    }


@pytest.mark.parametrize(
    ("context", "line"),
    [
        (
            {"envName": "prod"},
            "error: authMode must be chosen in prod: set authMode=apiKey or authMode=jwt\n",
        ),
        ({"batchSise": "5"}, "error: unknown context key 'batchSise': did you mean batchSize?\n"),
    ],
)
def test_a_wrong_context_stops_synth_with_one_line(
    tmp_path: Path, context: dict[str, object], line: str
) -> None:
    ran = _run(tmp_path / "out", cwd=APP.parent, context=context)
    assert (ran.returncode, ran.stderr, ran.stdout) == (1, line, "")
