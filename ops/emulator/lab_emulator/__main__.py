"""Start LocalStack with this package: `python -m lab_emulator`."""

from lab_emulator import environment, python_compat


def main() -> None:
    environment.prepare()
    python_compat.mend()
    from localstack.runtime.main import main as run_localstack

    run_localstack()


if __name__ == "__main__":
    main()
