"""The environment variables of a function process: AWS's and the user's, and nothing of the emulator's.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import sys
from collections.abc import Mapping
from pathlib import Path

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
    """
    aws = {name: str(value) for name, value in given.items() if not name.startswith(_INIT_ONLY)}
    return {
        "PATH": SEARCH_PATH,
        "LANG": "en_US.UTF-8",
        **_FOR_AN_ENDPOINT_BY_ADDRESS,
        **aws,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        **user,
    }
