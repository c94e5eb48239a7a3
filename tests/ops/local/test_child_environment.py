from ops.lab.local.child_environment import account_environment, local_environment, synth_environment

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
    with_options = CALLER | {"NODE_OPTIONS": "--max-old-space-size=512"}
    local = local_environment(ENDPOINT, with_options)["NODE_OPTIONS"]
    assert local.startswith("--max-old-space-size=512 --require")
    assert account_environment("eu-central-1", with_options)["NODE_OPTIONS"] == "--max-old-space-size=512"


def test_synth_has_no_aws_settings_at_all() -> None:
    assert [name for name in synth_environment(CALLER) if name.startswith("AWS_")] == []


def test_a_real_account_keeps_the_callers_credentials() -> None:
    environment = account_environment("eu-central-1", CALLER)
    assert environment["AWS_PROFILE"] == "production"
    assert environment["AWS_REGION"] == "eu-central-1"
