"""Start LocalStack with this package: `python -m lab_emulator`."""

import sys

from lab_emulator import environment, python_compat, service_index
from lab_emulator.speed import InvalidSpeed


def main() -> None:
    try:
        environment.prepare()
    except InvalidSpeed as error:
        sys.exit(str(error))
    python_compat.mend()
    service_index.provide()
    from localstack.runtime.main import main as run_localstack

    run_localstack()


if __name__ == "__main__":
    main()
