"""One synthesized app a context, for the session: each costs some seconds of Node."""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cdk_nag import AwsSolutionsChecks
from filelock import FileLock

from infra.app import build, new_app
from tests.infra.templates import Synthesized

CONTEXTS: dict[str, dict[str, Any]] = {
    "dev": {},
    "prod": {
        "envName": "prod",
        "authMode": "apiKey",
        "useKmsCmk": "true",
        "alarmEmail": "ops@example.com",
        "webhookUrl": "https://hooks.example.com/lab",
        "workerMaxConcurrency": "4",
        "reservedConcurrency": 8,
    },
    "jwt": {
        "fingerprintExample": True,
        "envName": "lab",
        "authMode": "jwt",
        "jwtIssuer": "https://issuer.example.com/",
        "jwtAudience": "lab, console",
        "corsOrigin": "https://www.example.com",
    },
}

CONTEXTS["orchestrated"] = CONTEXTS["prod"] | {
    "topology": "orchestrated",
    "orchestratedPercent": "25",
    "csvPipeline": "false",
}
INGESTION = ("Queue", "Functions", "Api", "Observability")
# Staggered processors: the context that has one, and its stack.
PROCESSORS = {
    "files": ("dev", "Csv"),
    "files_lab": ("jwt", "Csv"),
    "files_prod": ("prod", "Csv"),
    "fingerprint": ("jwt", "Fingerprint"),
    "fingerprint_own_key": ("own_key", "Fingerprint"),
}

SMTP = {
    "smtpHost": "smtp.example.com",
    "smtpFrom": "lab@example.com",
    "smtpTo": "ops@example.com, dev@example.com",
    "smtpSecretName": "lab/smtp",
}
# Tested by themselves as well, whatever the pipelines under them are.
INTEGRATED: dict[str, dict[str, Any]] = {
    "integrated": {
        **CONTEXTS["orchestrated"],
        **SMTP,
        "csvPipeline": True,
        "splunkHecUrl": "https://hec.example.com:8088",
        "splunkSecretName": "lab/splunk",
        "splunkIndex": "lab",
        "dynatraceUrl": "https://abc12345.live.dynatrace.com",
        "dynatraceSecretName": "lab/dynatrace",
    },
    "mailed": {**CONTEXTS["dev"], **SMTP, "csvPipeline": False},
}

# The second use of the construct with a key of our own, which no context above has.
OWN_KEY: dict[str, dict[str, Any]] = {"own_key": {"fingerprintExample": True, "useKmsCmk": True}}

Synthesize = Callable[[str], Synthesized]


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Synthesize a context, once: the first of pytest's processes that needs it does, the others read it."""
    contexts = CONTEXTS | INTEGRATED | OWN_KEY
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder

    def once(name: str) -> Synthesized:
        with FileLock(shared / f"synthesized-{name}.lock"):
            return _shared(contexts[name], shared / f"synthesized-{name}")

    return cache(once)


@pytest.fixture(scope="session")
def dev(synthesize: Synthesize) -> Synthesized:
    """The ingestion pipeline as it is without any setting."""
    return synthesize("dev").only_stacks(*INGESTION)


@pytest.fixture(scope="session")
def prod(synthesize: Synthesize) -> Synthesized:
    """API key, a key of our own, both subscriptions, both concurrency limits."""
    return synthesize("prod").only_stacks(*INGESTION)


@pytest.fixture(scope="session")
def jwt(synthesize: Synthesize) -> Synthesized:
    """The lab's short clocks, tokens and CORS."""
    return synthesize("jwt").only_stacks(*INGESTION)


@pytest.fixture(scope="session")
def orchestrated(synthesize: Synthesize) -> Synthesized:
    """Prod with a quarter of its keys under Step Functions."""
    return synthesize("orchestrated").only_stacks(*INGESTION)


@pytest.fixture(scope="session")
def integrated(synthesize: Synthesize) -> Synthesized:
    """Every integration, over both pipelines, with keys of our own."""
    return synthesize("integrated")


@pytest.fixture(scope="session")
def mailed(synthesize: Synthesize) -> Synthesized:
    """One integration over one pipeline."""
    return synthesize("mailed")


@pytest.fixture(scope="session", params=CONTEXTS)
def each(request: pytest.FixtureRequest, synthesize: Synthesize) -> Synthesized:
    """The ingestion pipeline of every context in turn, for what must hold in all."""
    return synthesize(request.param).only_stacks(*INGESTION)


@pytest.fixture(scope="session")
def files(synthesize: Synthesize) -> Synthesized:
    """The files pipeline as it is without any setting."""
    return _processor("files", synthesize)


@pytest.fixture(scope="session")
def files_lab(synthesize: Synthesize) -> Synthesized:
    """The files pipeline with the lab's short clocks."""
    return _processor("files_lab", synthesize)


@pytest.fixture(scope="session")
def files_prod(synthesize: Synthesize) -> Synthesized:
    """The files pipeline with a key of our own and both subscriptions."""
    return _processor("files_prod", synthesize)


@pytest.fixture(scope="session")
def fingerprint(synthesize: Synthesize) -> Synthesized:
    """The second use of the construct."""
    return _processor("fingerprint", synthesize)


@pytest.fixture(scope="session")
def fingerprint_own_key(synthesize: Synthesize) -> Synthesized:
    """The second use of the construct, with a key of our own."""
    return _processor("fingerprint_own_key", synthesize)


@pytest.fixture(scope="session", params=PROCESSORS)
def processor(request: pytest.FixtureRequest, synthesize: Synthesize) -> Synthesized:
    """Every staggered processor in turn, for what must hold of the construct."""
    return _processor(request.param, synthesize)


@pytest.fixture(scope="session", params=[*CONTEXTS, *PROCESSORS])
def pipeline(request: pytest.FixtureRequest, synthesize: Synthesize) -> Synthesized:
    """Every ingestion pipeline and every staggered processor, each by itself."""
    if request.param in PROCESSORS:
        return _processor(request.param, synthesize)
    return synthesize(request.param).only_stacks(*INGESTION)


def _processor(name: str, synthesize: Synthesize) -> Synthesized:
    context, stack = PROCESSORS[name]
    return synthesize(context).only_stacks(stack)


def _shared(context: dict[str, Any], directory: Path) -> Synthesized:
    """What was synthesized into a directory, by this process or another one."""
    done = directory / "synthesized.json"
    if not done.exists():
        made = _synthesize(context, directory)
        done.write_text(json.dumps({"stacks": dict(made.stacks), "findings": made.findings}))
    read = json.loads(done.read_text())
    return Synthesized(directory, read["stacks"], tuple((rule, path) for rule, path in read["findings"]))


def _synthesize(context: dict[str, Any], directory: Path) -> Synthesized:
    app = new_app(outdir=directory, context=context)
    pipeline = build(app)
    report = AwsSolutionsChecks(app).validate_scope(app)
    findings = {
        (violation.rule_name, str(resource.construct_path).split("/", 1)[1])
        for violation in report.violations
        for resource in violation.violating_resources
    }
    app.synth()
    stacks = [pipeline.queue, pipeline.functions, pipeline.api, pipeline.observability, *pipeline.files]
    if pipeline.integrations:
        stacks.append(pipeline.integrations)
    templates = {
        stack.stack_name.rsplit("-", 1)[1]: json.loads((directory / stack.template_file).read_text())
        for stack in stacks
    }
    return Synthesized(directory, templates, tuple(sorted(findings)))
