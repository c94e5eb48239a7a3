"""Entry point of the console script `lab`, and of `python -m ops.lab`."""

from ops.lab.cli import app


def main() -> None:
    app(prog_name="lab")


if __name__ == "__main__":
    main()
