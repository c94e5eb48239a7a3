"""Environment of the lab's programs: what of the caller's reaches them, and what does not."""

from collections.abc import Callable

import pytest

from ops.lab.local.child_environment import (
    account_environment,
    installer_environment,
    local_environment,
    plain_environment,
    synth_environment,
)

ENDPOINT = "http://127.0.0.1:4566"
CALLER = {
    "PATH": "/bin",
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "secret",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_CONFIG_FILE": "/home/me/.aws/config",
    "AWS_ENDPOINT_URL_STS": "https://sts.amazonaws.com",
    "CDK_DEFAULT_ACCOUNT": "123456789012",
}


def test_nothing_of_the_callers_account_reaches_the_lab() -> None:
    environment = local_environment(ENDPOINT, CALLER)
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_STS", "CDK_DEFAULT_ACCOUNT"} & set(
        environment
    )
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert environment["PATH"] == "/bin"


def test_every_service_and_s3_go_to_the_endpoint() -> None:
    environment = local_environment(ENDPOINT, CALLER)
    assert environment["AWS_ENDPOINT_URL"] == environment["AWS_ENDPOINT_URL_S3"] == ENDPOINT


def test_only_the_lab_is_polled_quickly() -> None:
    with_options = CALLER | {"NODE_OPTIONS": "--require /of/another/project.js"}
    local = local_environment(ENDPOINT, with_options)["NODE_OPTIONS"]
    assert local.startswith("--require ")
    assert "local_deployment" in local
    assert "project.js" not in local
    assert account_environment("eu-central-1", with_options)["NODE_OPTIONS"] == with_options["NODE_OPTIONS"]


# A few of those that LocalStack 4.13.1 (config.py), moto, the CDK, boto3, Powertools, Python and Node read.
FOR_OTHER_PROJECTS = (
    *("SERVICES", "EAGER_SERVICE_LOADING", "DEBUG", "GATEWAY_LISTEN", "PERSISTENCE", "LS_LOG", "DATA_DIR"),
    *("LOCALSTACK_HOST", "LOCALSTACK_AUTH_TOKEN", "LAMBDA_KEEPALIVE_MS", "SQS_ENDPOINT_STRATEGY", "USE_SSL"),
    *("CONFIG_PROFILE", "DYNAMODB_ERROR_PROBABILITY", "MOTO_ALLOW_NONEXISTENT_REGION", "HOSTNAME"),
    *("AWS_PROFILE", "AWS_ENDPOINT_URL_SQS", "AWS_USE_FIPS_ENDPOINT", "CDK_DOCKER", "CDK_NEW_BOOTSTRAP"),
    *("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_DEV", "LOG_LEVEL", "JSII_DEBUG", "JSII_RUNTIME"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONWARNINGS", "NODE_PATH", "NODE_OPTIONS", "NODE_ENV"),
)


@pytest.mark.parametrize("environment_of", [plain_environment, synth_environment])
def test_what_is_meant_for_other_projects_stays_behind(environment_of: Callable[..., dict[str, str]]) -> None:
    machine = {
        "PATH": "/bin",
        "HOME": "/home/me",
        "LC_ALL": "C",
        "SSL_CERT_FILE": "/ca.pem",
        "LAB_SPEED": "20",
    }
    environment = environment_of(machine | dict.fromkeys(FOR_OTHER_PROJECTS, "1"))
    assert environment.items() >= machine.items()
    assert environment.keys().isdisjoint(FOR_OTHER_PROJECTS)


def test_an_installer_keeps_its_mirror_and_loads_no_foreign_code() -> None:
    caller = {"PIP_INDEX_URL": "http://mirror", "npm_config_registry": "http://mirror", "PYTHONPATH": "/x"}
    assert installer_environment(caller) == {
        "PIP_INDEX_URL": "http://mirror",
        "npm_config_registry": "http://mirror",
    }


def test_every_program_goes_past_the_proxy_to_loopback() -> None:
    caller = {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "intranet"}
    for environment in (
        local_environment(ENDPOINT, caller),
        plain_environment(caller),
        installer_environment(caller),
    ):
        assert environment["HTTP_PROXY"] == "http://proxy:3128"
        assert environment["no_proxy"].split(",")[:3] == ["intranet", "127.0.0.1", "localhost"]


def test_synth_has_no_aws_settings_at_all() -> None:
    assert [name for name in synth_environment(CALLER) if name.startswith("AWS_")] == []


def test_a_real_account_keeps_the_callers_credentials() -> None:
    environment = account_environment("eu-central-1", CALLER)
    assert environment["AWS_PROFILE"] == "production"
    assert environment["AWS_REGION"] == "eu-central-1"
