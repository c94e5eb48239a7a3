"""Environment of the programs that the lab starts: what it means to hand on, and nothing else.

A shell is full of variables for other projects. SERVICES, DEBUG or GATEWAY_LISTEN change LocalStack,
AWS_PROFILE and CDK_DEFAULT_ACCOUNT lead to an account, PYTHONPATH and NODE_OPTIONS load code. A list of
what to leave out is never whole, so this is a list of what stays.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from ops.lab.app.target import LOCAL_REGION
from ops.lab.loopback import past_proxies

_LOCAL_DEPLOYMENT = Path(__file__).with_name("local_deployment.cjs")

# Who and where the user is, and how programs of this machine are found.
_MACHINE = {
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "TMPDIR",
    "TZ",
    "LANG",
    "LANGUAGE",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
}
# How this machine reaches others: certificates to trust, proxies to take.
_NETWORK = {
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    *(f"{kind}_proxy" for kind in ("http", "https", "all", "no")),
    *(f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "ALL", "NO")),
}
_PREFIXES = ("LAB_", "LC_")
# Where packages come from on this machine, such as a company's mirror.
_INSTALLERS = ("PIP_", "UV_", "NPM_", "npm_")

# Nothing to look up, report or advertise: the lab works without a network.
_QUIET = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "CDK_DISABLE_VERSION_CHECK": "true",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "true",
    "NO_COLOR": "1",
}


def plain_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What every program of the lab's own gets: this machine, its network, and LAB_ variables."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in _MACHINE or name in _NETWORK or name.startswith(_PREFIXES)
    }
    return kept | past_proxies(environ)


def installer_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for pip and npm, with their own settings."""
    return plain_environment(environ) | {
        name: value for name, value in environ.items() if name.startswith(_INSTALLERS)
    }


def local_environment(endpoint: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for the CDK's command line, in which every AWS setting is the lab's.

    A profile, session token or configuration file left in place could take it to a real account.
    S3 has its own variable, by which the command line takes an address as it is.
    """
    return (
        plain_environment(environ)
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
            "NODE_OPTIONS": f'--require "{_quoted(_LOCAL_DEPLOYMENT)}"',
        }
    )


def synth_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for synth, which needs no credentials and so is given none."""
    return plain_environment(environ) | _QUIET


def account_environment(region: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The caller's own environment, whole, for a real account in `region`: what signs in there is theirs."""
    return dict(environ) | _QUIET | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}


def _quoted(path: Path) -> str:
    """For NODE_OPTIONS, where a backslash escapes (Node's documentation, "NODE_OPTIONS")."""
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
