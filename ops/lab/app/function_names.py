"""Names of the app's functions, and which of them are deployed."""

from enum import StrEnum

from ops.lab.app.target import Target
from ops.lab.errors import NotUp

_ORCHESTRATED, _FILES = "topology=orchestrated", "csvPipeline=true"


class FunctionName(StrEnum):
    """A function, by the name the app gives it."""

    INGEST = "ingest"
    WORKER = "worker"
    REDRIVE = "redrive"
    REDRIVE_RUNNER = "redrive-runner"
    RESET = "reset"
    # Only where the app is deployed with topology=orchestrated.
    VALIDATE = "validate"
    PUBLISH = "publish"
    IDEMPOTENCY = "idempotency"
    PROCESSOR = "processor"
    EVENTS = "events"
    # Of the files pipeline.
    CSV = "csv"
    CSV_ROUND = "csv-round"
    CSV_STARTER = "csv-starter"
    CSV_SCALER = "csv-scaler"

    @property
    def output(self) -> str:
        """The key of the stack output that holds its name on Lambda."""
        return "".join(word.capitalize() for word in self.value.split("-")) + "FunctionName"

    @property
    def setting(self) -> str | None:
        """The setting of the app that deploys it; None for what every deployment has."""
        if self.startswith("csv"):
            return _FILES
        return _ORCHESTRATED if self in _STEPS else None


_STEPS = (
    FunctionName.VALIDATE,
    FunctionName.PUBLISH,
    FunctionName.IDEMPOTENCY,
    FunctionName.PROCESSOR,
    FunctionName.EVENTS,
)


def _named(setting: str | None) -> str:
    return ", ".join(each for each in FunctionName if each.setting == setting)


# What the help of a command says: the app decides which there are, and help asks no app.
FUNCTIONS_HELP = (
    f"One of {_named(None)}; with {_ORCHESTRATED} also {_named(_ORCHESTRATED)};"
    f" with {_FILES} {_named(_FILES)}"
)


def name_on_lambda(target: Target, function: FunctionName) -> str:
    """Raises NotUp where the app is deployed without the function, and says which setting brings it."""
    deployed = deployed_functions(target)
    if function in deployed or not deployed or function.setting is None:
        return target.output(function.output)
    raise NotUp(
        f"{function} is deployed with {function.setting} alone; deployed are {', '.join(deployed)}",
        hint=f"deploy it: lab up -c {function.setting}",
    )


def deployed_functions(target: Target) -> list[FunctionName]:
    """Those of the topology that the app is deployed with."""
    return [function for function in FunctionName if target.has_output(function.output)]


def ingestion_functions(target: Target) -> list[FunctionName]:
    """Those that work on events: the files pipeline's never see one."""
    return [function for function in deployed_functions(target) if not function.startswith("csv")]


def event_functions(target: Target) -> list[FunctionName]:
    """Those whose log lines name the event that they work on."""
    silent = (FunctionName.REDRIVE, FunctionName.RESET)
    return [function for function in ingestion_functions(target) if function not in silent]


def processing_function(target: Target) -> FunctionName:
    """Where events are processed: whose time runs out, and whose circuits open, when the downstream fails."""
    orchestrated = target.has_output(FunctionName.PROCESSOR.output)
    return FunctionName.PROCESSOR if orchestrated else FunctionName.WORKER
