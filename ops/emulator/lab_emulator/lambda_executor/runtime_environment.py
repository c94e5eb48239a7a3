"""Environment that a function finds itself in: its variables, and the packages of AWS's Python runtime.

The emulator's own environment holds a hundred packages more. A function that could import those would
run here and fail on AWS, so function processes see a folder of links to these few instead.
"""

import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from lab_emulator.xray.tracing import tracing

RUNTIME_PACKAGES = (
    "awslambdaric",
    "simplejson",
    "snapshot-restore-py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "python-dateutil",
    "six",
    "urllib3",
)
# What LocalStack gives to the init program of its own containers; no part of AWS's environment.
_INIT_ONLY = ("LOCALSTACK_", "EDGE_PORT", "AWS_LAMBDA_FUNCTION_TIMEOUT")

# Some calls put a prefix before the endpoint's host: StartSyncExecution goes to `sync-`. No name resolves to
# 127.0.0.1 without DNS, and none with an address. The SDK has a setting for endpoints such as this one.
_FOR_AN_ENDPOINT_BY_ADDRESS = {"AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}

SEARCH_PATH = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"


def function_variables(
    given: Mapping[str, object], user: Mapping[str, str], *, runtime: str, task_root: Path, scratch: Path
) -> dict[str, str]:
    """Return the whole environment of a function.

    `given` is what LocalStack would hand to a container, `user` what the function's owner set;
    `scratch` is the environment's own /tmp. It is also HOME, for boto3 reads ~/.aws there.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    aws = {name: str(value) for name, value in given.items() if not name.startswith(_INIT_ONLY)}
    return {
        "PATH": SEARCH_PATH,
        "LANG": "en_US.UTF-8",
        **_FOR_AN_ENDPOINT_BY_ADDRESS,
        **aws,
        **tracing().variables,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        **user,
    }


def link_runtime_packages(folder: Path) -> Path:
    """Fill `folder` with one link for each top-level name of RUNTIME_PACKAGES, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME_PACKAGES:
        distribution = metadata.distribution(name)
        for top_level in sorted({file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}):
            link = folder / top_level
            if not link.is_symlink():
                link.symlink_to(Path(str(distribution.locate_file(top_level))).resolve())
    return folder
