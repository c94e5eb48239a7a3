"""How LocalStack is set up. Its settings are environment variables, read at import."""

import os
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from lab_emulator import speed

DEFAULT_PORT = 4566

FIXED = {
    # A resource type that nobody implements must fail the deployment, not pass for created.
    "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "0",
    # The parts of this package that LocalStack chooses by name.
    "GATEWAY_SERVER": "as_told",
    "LAMBDA_RUNTIME_EXECUTOR": "process",
    "PROVIDER_OVERRIDE_CLOUDWATCH": "lab",
    "PROVIDER_OVERRIDE_DYNAMODB": "moto",
    "PROVIDER_OVERRIDE_EVENTS": "lab",
    "PROVIDER_OVERRIDE_LOGS": "lab",
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
}
DEFAULTS = {
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0",
    # Depth and age of each queue, in seconds; a minute on AWS. Alarms of a compressed clock need it short.
    "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL": "1",
    "EAGER_SERVICE_LOADING": "0",
    "LS_LOG": "info",
}


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """Fill in the settings that the lab needs. `LAB_PORT` and `LAB_LISTEN` choose the socket.

    `LAB_LISTEN` is the host to listen on, 127.0.0.1 unless a container sets it.
    `LAB_STATE_DIR` holds what LocalStack writes; it defaults to a new temporary folder.
    Raises InvalidSpeed where `LAB_SPEED` is none.
    """
    speed.of(environ)
    port = environ.get("LAB_PORT") or str(DEFAULT_PORT)
    listen = environ.get("LAB_LISTEN") or "127.0.0.1"
    state = Path(environ.get("LAB_STATE_DIR") or tempfile.mkdtemp(prefix="dlq-lab-"))
    scratch = state / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    environ.update(FIXED)
    environ.update(
        {
            "GATEWAY_LISTEN": f"{listen}:{port}",
            "LOCALSTACK_HOST": environ.get("LOCALSTACK_HOST") or f"127.0.0.1:{port}",
            "TMPDIR": str(scratch),
            "FILESYSTEM_ROOT": str(state),
        }
    )
    for name, value in DEFAULTS.items():
        environ.setdefault(name, value)
    tempfile.tempdir = None  # forget the folder chosen before TMPDIR was set
