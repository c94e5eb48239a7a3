"""Errors of the `lab` command.

CommandError
├── EmulatorFailed      LocalStack did not start, or a part of the extension is missing
├── NotUp               there is no running lab to talk to, or it lacks what the app should have
├── DeploymentFailed    synth, bootstrap or deploy ended with an error
├── WaitTimedOut        something awaited did not happen before its deadline
├── Interrupted         Ctrl-C, or SIGTERM
└── Refused             the request itself is wrong or unsafe
"""


class CommandError(Exception):
    """An error a person can act on: `hint` says what to do next. Ends the command with `exit_code`."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class EmulatorFailed(CommandError):
    exit_code = 3


class NotUp(CommandError):
    exit_code = 4


class DeploymentFailed(CommandError):
    exit_code = 5


class WaitTimedOut(CommandError):
    exit_code = 6


class Interrupted(CommandError):
    exit_code = 130  # 128 + SIGINT, as shells say it


class Refused(CommandError):
    exit_code = 2
