"""Python of the emulator, for what a test needs of LocalStack's modules and of no running LocalStack."""

import json
import subprocess
from typing import Any

from ops.lab.local.emulator_process import EMULATOR_PYTHON

# The order of `lab_emulator.__main__`; LocalStack writes below the folder of the state.
PREPARE = """
from lab_emulator import deferred_modules, environment, python_compat, service_index
environment.prepare()
python_compat.import_packages_api()
service_index.provide()
deferred_modules.defer_modules()
"""
WITHIN_SECONDS = 120


def answer_of(source: str) -> Any:
    """What `source`, run there, assigned to `answer`; it has to be JSON."""
    program = f"{PREPARE}\n{source}\nimport json\nprint(json.dumps(answer), flush=True)"
    ran = subprocess.run(
        [str(EMULATOR_PYTHON), "-c", program], capture_output=True, text=True, timeout=WITHIN_SECONDS
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])
