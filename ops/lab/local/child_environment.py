"""Environment variables for CDK's programs: one set reaches only the lab, one the account, one nothing."""

import os
from collections.abc import Mapping
from pathlib import Path

from ops.lab.app.target import LOCAL_REGION

_POLL_QUICKLY = Path(__file__).with_name("poll_quickly.cjs")

# Nothing to look up, report or advertise: the lab works without a network.
_QUIET = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "CDK_DISABLE_VERSION_CHECK": "true",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "true",
    "NO_COLOR": "1",
}


def local_environment(endpoint: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The caller's environment with every AWS setting replaced by the lab's.

    A profile, session token or configuration file left in place could take `cdklocal` to a real account.
    S3 needs its own variable: without it cdklocal picks a host name that does not resolve offline.
    """
    return (
        _without_aws(environ)
        | _QUIET
        | {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ENDPOINT_URL_S3": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": LOCAL_REGION,
            "AWS_DEFAULT_REGION": LOCAL_REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NODE_OPTIONS": f'{environ.get("NODE_OPTIONS", "")} --require "{_POLL_QUICKLY}"'.strip(),
        }
    )


def synth_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for synth, which needs no credentials and so is given none."""
    return _without_aws(environ) | _QUIET


def account_environment(region: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The caller's own environment, for a real account in `region`."""
    return dict(environ) | _QUIET | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}


def _without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith(("AWS_", "CDK_"))}
