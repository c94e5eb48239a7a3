"""Target of a command: an endpoint or an account that is not what was chosen is refused."""

from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from ops.lab.app.target import LOCAL_REGION, Target
from ops.lab.errors import Refused


def test_a_lab_elsewhere_is_refused() -> None:
    with pytest.raises(Refused, match="not on this machine"):
        Target.running("https://localstack.example.com:4566")


@mock_aws
def test_an_endpoint_that_answers_for_a_real_account_is_refused() -> None:
    target = Target(boto3.Session(region_name="us-east-1"), endpoint="http://127.0.0.1:1", env_name="dev")
    target.endpoint, target._options = "http://127.0.0.1:1", {}  # moto answers, as account 123456789012
    with pytest.raises(Refused, match="account 123456789012"):
        target.identity()


@pytest.mark.usefixtures("no_aws_settings")
def test_an_emulators_account_is_refused_as_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "000000000000")
    with mock_aws(), pytest.raises(Refused, match="emulator"):
        Target.aws().identity()


@pytest.mark.usefixtures("no_aws_settings")
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"])
def test_an_endpoint_override_is_refused_as_aws(name: str) -> None:
    with pytest.raises(Refused, match=name):
        Target.aws(environ={name: "http://127.0.0.1:4566"})


def test_the_callers_profile_and_endpoints_do_not_reach_the_lab(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nuse_fips_endpoint = true\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "of-another-project")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.example")
    client = Target.running("http://127.0.0.1:9").sqs
    assert (client.meta.endpoint_url, client.meta.region_name) == ("http://127.0.0.1:9", LOCAL_REGION)
    assert not client.meta.config.use_fips_endpoint  # type: ignore[attr-defined]
