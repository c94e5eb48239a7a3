"""App: the ingestion pipeline in four stacks, each referring only to those before it; the files pipeline in
others; and a last one for what both tell services outside AWS.

The CDK's command line runs it as `python3 app.py` from here; `python infra/app.py` works from anywhere.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Python put this folder first on the path, where `constructs` would be ours and not PyPI's.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    import infra  # noqa: F401  # before the CDK: it sets what jsii reads

from aws_cdk import App, Stack

from infra.constructs.code_asset import CodeAsset
from infra.constructs.integrations.observed_pipeline import ObservedPipeline
from infra.constructs.notifications import Notifications
from infra.observed_pipelines import observed_files, observed_ingestion
from infra.settings import Settings
from infra.stacks.api_stack import ApiStack
from infra.stacks.files_stack import FilesStack
from infra.stacks.fingerprint_stack import FingerprintStack
from infra.stacks.functions_stack import FunctionsStack
from infra.stacks.integrations_stack import IntegrationsStack
from infra.stacks.observability_stack import ObservabilityStack
from infra.stacks.queue_stack import QueueStack
from infra.synth_errors import SynthError

CDK_JSON = Path(__file__).resolve().parent / "cdk.json"

# What the command line would otherwise have written into templates, depending on the folder it runs in.
TEMPLATE_METADATA = (
    "aws:cdk:enable-asset-metadata",
    "aws:cdk:enable-path-metadata",
    "aws:cdk:version-reporting",
)


@dataclass(frozen=True)
class AppStacks:
    """Stacks of the app: those of the ingestion pipeline in the order in which they deploy, those of `files`,
    and that of the integrations where there are any."""

    queue: QueueStack
    functions: FunctionsStack
    api: ApiStack
    observability: ObservabilityStack
    files: tuple[Stack, ...]
    integrations: IntegrationsStack | None


def build(app: App) -> AppStacks:
    """Add the stacks to an app, as its context says.

    They name no account and no region and look nothing up, so a context gives the same templates wherever it
    is synthesized and wherever it is deployed. Raises SynthError.
    """
    settings = Settings.from_context(app.node)
    prefix = f"IngestionLab-{settings.env_name}"
    code = CodeAsset(Path(app.outdir) / "code")
    queue = QueueStack(
        app,
        f"{prefix}-Queue",
        description="Ingestion lab: queue, DLQ, table",
        settings=settings,
    )
    functions = FunctionsStack(
        app,
        f"{prefix}-Functions",
        description="Ingestion lab: functions and bus",
        data=queue,
        code=code,
        settings=settings,
    )
    api = ApiStack(
        app,
        f"{prefix}-Api",
        description="Ingestion lab: HTTP API",
        data=queue,
        compute=functions,
        code=code,
        settings=settings,
    )
    observability = ObservabilityStack(
        app,
        f"{prefix}-Observability",
        description="Ingestion lab: notifications, alarms, dashboard",
        data=queue,
        compute=functions,
        edge=api,
        settings=settings,
    )
    files = _files(app, prefix, code, settings)
    observed = [
        observed_ingestion(
            data=queue, compute=functions, edge=api, observability=observability, settings=settings
        ),
        *(observed_files(each) for each in files if isinstance(each, FilesStack)),
    ]
    integrations = _integrations(app, prefix, observed, observability.notifications, code, settings)
    return AppStacks(queue, functions, api, observability, files, integrations)


def _files(app: App, prefix: str, code: CodeAsset, settings: Settings) -> tuple[Stack, ...]:
    """Stacks of the files pipeline, which refer to none of the others."""
    stacks: list[Stack] = []
    if settings.csv_pipeline:
        about = "Ingestion lab: CSV files"
        stacks.append(FilesStack(app, f"{prefix}-Csv", description=about, code=code, settings=settings))
    if settings.fingerprint_example:
        about = "Ingestion lab: fingerprints of files"
        stacks.append(
            FingerprintStack(app, f"{prefix}-Fingerprint", description=about, code=code, settings=settings)
        )
    return tuple(stacks)


def _integrations(
    app: App,
    prefix: str,
    pipelines: list[ObservedPipeline],
    notifications: Notifications,
    code: CodeAsset,
    settings: Settings,
) -> IntegrationsStack | None:
    if not settings.integrations:
        return None
    return IntegrationsStack(
        app,
        f"{prefix}-Integrations",
        description=f"Ingestion lab: {', '.join(settings.integrations)}",
        pipelines=pipelines,
        notifications=notifications,
        code=code,
        settings=settings,
    )


def new_app(*, outdir: Path | None = None, context: dict[str, Any] | None = None) -> App:
    """An app with the context of cdk.json, and what is given on top.

    The CDK's command line passes cdk.json on; reading it here as well makes `python app.py` alone, and the
    tests, synthesize the very same templates.
    """
    file_context = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]
    return App(
        outdir=str(outdir) if outdir else None,
        context=file_context | (context or {}),
        post_cli_context=dict.fromkeys(TEMPLATE_METADATA, False),
    )


def main() -> None:
    """Synthesize; on a SynthError print its one line and exit 1."""
    try:
        app = new_app()
        build(app)
        app.synth()
    except SynthError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
