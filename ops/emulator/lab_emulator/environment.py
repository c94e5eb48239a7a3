"""Environment of LocalStack: every variable that this package reads or sets.

LocalStack reads its own when it is imported, of the environment and of ~/.localstack. They may be there for
another LocalStack, so none counts. What starts the emulator may set these:

    LAB_PORT                     the port, 4566 by default
    LAB_LISTEN                   the host to listen on, 127.0.0.1 by default; a container sets 0.0.0.0
    LAB_STATE_DIR                the folder for what LocalStack writes; by default a temporary one
    LAB_SPEED                    how much faster than on AWS alarms and schedules pass (see `speed`)
    LAB_IAM                      enforce, warn or off: what becomes of calls that AWS denies (`iam.mode`)
    LAB_SQS_CONCURRENT_BATCHES   the ceiling of concurrent batches of any event source mapping, 5 by default
    LAB_XRAY_SAMPLING            which invocations are traced: all by default, aws, none (see `xray.sampling`)
    LAB_XRAY_PORT                the UDP port of the X-Ray daemon; by default one that is free
    LAB_LOCALSTACK_<NAME>        LocalStack's variable <NAME>, such as LAB_LOCALSTACK_LS_LOG=debug

Those of FIXED cannot be chosen: the parts of this package depend on them.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from lab_emulator import speed
from lab_emulator.iam import mode
from lab_emulator.xray import tracing

DEFAULT_PORT = 4566
LOOPBACK = "127.0.0.1"

FIXED = {
    # A resource type that no provider implements must fail the deployment, not pass for created.
    "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "0",
    # The parts of this package that LocalStack chooses by name.
    "GATEWAY_SERVER": "listen_address",
    "LAMBDA_RUNTIME_EXECUTOR": "process",
    "PROVIDER_OVERRIDE_CLOUDWATCH": "lab",
    "PROVIDER_OVERRIDE_DYNAMODB": "moto",
    "PROVIDER_OVERRIDE_EVENTS": "lab",
    "PROVIDER_OVERRIDE_LAMBDA": "lab",
    "PROVIDER_OVERRIDE_LOGS": "lab",
    "PROVIDER_OVERRIDE_SQS": "lab",
    # In a container LocalStack would expect its own image's folders: it is set up alike everywhere.
    "OVERRIDE_IN_DOCKER": "0",
    # Calls between services stay inside the process; they need no socket.
    "IN_MEMORY_CLIENT": "1",
    # Queue URLs that resolve without DNS.
    "SQS_ENDPOINT_STRATEGY": "path",
    # Nothing to look up, download, report or resolve: the lab runs without a network.
    "DISABLE_EVENTS": "1",
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "DNS_ADDRESS": "0",
    "DISABLE_CORS_CHECKS": "0",
    # moto makes clients without credentials: they would run what ~/.aws names, and ask 169.254.169.254,
    # through a proxy where one is set.
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
DEFAULTS = {
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0",
    # Depth and age of each queue, in seconds; a minute on AWS. Alarms of a compressed clock need it short.
    "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL": "1",
    "EAGER_SERVICE_LOADING": "0",
    "LS_LOG": "info",
}
# Of the caller's environment these stay: the machine, its network, and the variables above. Others are for
# other programs: a profile that reaches an account, settings of another LocalStack, moto's, a debugger's.
KEPT = {
    *(
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
    ),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
    *("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
}
KEPT_PREFIXES = ("LAB_", "LC_")
MEANT_FOR_LOCALSTACK = "LAB_LOCALSTACK_"


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set what LocalStack reads, by the variables above.

    Raises InvalidSpeed, InvalidIamMode or InvalidTracing where one of them has no meaning.
    """
    speed.of(environ)
    mode.of(environ)
    tracing.settings(environ)
    port, host = port_of(environ), host_of(environ)
    state = Path(environ.get("LAB_STATE_DIR") or _temporary_folder())
    scratch = state / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    past_proxies = _past_proxies(environ)
    for name in [name for name in environ if name not in KEPT and not name.startswith(KEPT_PREFIXES)]:
        del environ[name]
    meant = {
        name.removeprefix(MEANT_FOR_LOCALSTACK): value
        for name, value in environ.items()
        if name.startswith(MEANT_FOR_LOCALSTACK)
    }
    environ.update(DEFAULTS | {"LOCALSTACK_HOST": f"{LOOPBACK}:{port}"} | meant | FIXED)
    environ.update(
        {
            "GATEWAY_LISTEN": f"{host}:{port}",
            "TMPDIR": str(scratch),
            "FILESYSTEM_ROOT": str(state),
            # Not ~/.localstack, whose profiles LocalStack would load into its environment.
            "CONFIG_DIR": str(state),
        }
        | past_proxies
    )
    tempfile.tempdir = None  # forget the folder chosen before TMPDIR was set


def port_of(environ: MutableMapping[str, str] = os.environ) -> int:
    """The port of LocalStack. Raises ValueError where `LAB_PORT` is no number."""
    return int(environ.get("LAB_PORT") or DEFAULT_PORT)


def host_of(environ: MutableMapping[str, str] = os.environ) -> str:
    """The host that LocalStack listens on."""
    return environ.get("LAB_LISTEN") or LOOPBACK


def _past_proxies(environ: MutableMapping[str, str]) -> dict[str, str]:
    """The exceptions from proxies, the caller's and loopback: what runs here is called directly."""
    given = [host.strip() for name in ("no_proxy", "NO_PROXY") for host in environ.get(name, "").split(",")]
    hosts = [host for host in dict.fromkeys((*given, LOOPBACK, "localhost", "::1", "[::1]")) if host]
    return dict.fromkeys(("no_proxy", "NO_PROXY"), ",".join(hosts))


def _temporary_folder() -> str:
    """A new folder, which ends with this process."""
    folder = tempfile.mkdtemp(prefix="dlq-lab-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
