"""cdk-nag and cfn-lint: every finding is repaired or has its reason here (cfn-lint: infra/.cfnlintrc)."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.infra.templates import Synthesized

CFN_LINT_CONFIG = Path(__file__).resolve().parents[2] / "infra" / ".cfnlintrc"

# cdk-nag: rule, pattern of the construct's path, contexts, reason. Kept beside the test and not in the app,
# so that one that no longer hides anything fails the test.
EXCEPTIONS = (
    (
        "AwsSolutions-IAM5[Resource::*]",
        r"(?!Workflow)[\w/]+/Role/DefaultPolicy/Resource",
        "X-Ray's two actions take no resource; test_policies holds every other statement to its own.",
    ),
    (
        "AwsSolutions-IAM5[Resource::*]",
        r"Workflow/Role/DefaultPolicy/Resource",
        "X-Ray and log delivery take no resource; test_workflow holds the rest to the five steps.",
    ),
    (
        "AwsSolutions-L1",
        r"[\w/]+/Function/Resource",
        "The handlers run on the laptop's own Python as well: 3.13 is the newest that the emulator runs on.",
    ),
    (
        "AwsSolutions-SQS3",
        r"Outcomes/Undelivered/Resource",
        "It is a dead-letter queue: of EventBridge's targets, which the rule does not look at.",
    ),
    (
        "AwsSolutions-SQS3",
        r"Events/Parked/Resource",
        "Nothing receives from it but a person: there is no delivery that could fail.",
    ),
    (
        "AwsSolutions-SQS3",
        r"Processor/Queues/(FailedInvocations/Queue|Undelivered)/Resource",
        "They are dead-letter queues: of Lambda's asynchronous invocations and of EventBridge's targets.",
    ),
    (
        "AwsSolutions-SF1",
        r"Processor/Round/Machine/Resource",
        "Step Functions keeps the history of each STANDARD execution for 90 days; the log has what failed.",
    ),
    (
        "AwsSolutions-S1",
        r"Files/Bucket/Resource",
        "Access logs need a second bucket. What reads and writes this one says so: checkpoints and attempts.",
    ),
    (
        "AwsSolutions-IAM5[Resource::<FilesBucket7C17EE2E.Arn>/incoming/*]",
        r"(CsvProcessor|Fingerprint)/Role/DefaultPolicy/Resource",
        "The objects that may arrive: their names are the clients' choice.",
    ),
    (
        "AwsSolutions-IAM5[Resource::<FilesBucket7C17EE2E.Arn>/rejects/*]",
        r"CsvProcessor/Role/DefaultPolicy/Resource",
        "The rejects of any of them.",
    ),
    (
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:"
        "<ProcessorRoundMachine4B5FBAAF.Name>:*]",
        r"Processor/(Round/AsksForOwners|Triggers/RoundStarter/Role/DefaultPolicy)/Resource",
        "The executions of this machine: they are named at run time.",
    ),
    (
        "AwsSolutions-SMG4",
        r"Auth/ApiKey/Resource",
        "Clients hold the key: rotating it behind their backs would lock them out. The operator replaces it.",
    ),
    (
        "AwsSolutions-APIG4",
        r"Http/Api/GET--health/Resource",
        "Probes have no credentials, and the answer tells nothing.",
    ),
)
OPEN_API = (
    "AwsSolutions-APIG4",
    r"Http/Api/[\w{}-]+/Resource",
    "authMode=none is the choice of dev and lab, and settings refuse it in prod and staging.",
)


def unexplained(
    findings: Iterable[tuple[str, str]], exceptions: tuple[tuple[str, str, str], ...]
) -> list[tuple[str, str]]:
    """Of cdk-nag's findings, as (rule, path), those that no exception is made for."""
    return [
        (rule, path)
        for rule, path in findings
        if not any(rule == known and re.fullmatch(pattern, path) for known, pattern, _ in exceptions)
    ]


def lint(templates: list[str]) -> subprocess.CompletedProcess[str]:
    """Run cfn-lint as `infra/.cfnlintrc` says."""
    command = [sys.executable, "-c", "import sys; from cfnlint.runner import main; sys.exit(main())"]
    options = ["--config-file", str(CFN_LINT_CONFIG), "--format", "parseable"]
    return subprocess.run([*command, *options, *templates], capture_output=True, text=True)


def test_cdk_nag_finds_nothing_unexplained(
    dev: Synthesized, prod: Synthesized, jwt: Synthesized, orchestrated: Synthesized
) -> None:
    """In every stack of each context, those of files included."""
    assert unexplained(dev.findings, (*EXCEPTIONS, OPEN_API)) == []
    assert unexplained(prod.findings, EXCEPTIONS) == []
    assert unexplained(orchestrated.findings, EXCEPTIONS) == []
    assert unexplained(jwt.findings, EXCEPTIONS) == []


def test_no_exception_outlives_its_finding(dev: Synthesized, orchestrated: Synthesized) -> None:
    findings = {*dev.findings, *orchestrated.findings}
    for known, pattern, _ in (*EXCEPTIONS, OPEN_API):
        assert any(rule == known and re.fullmatch(pattern, path) for rule, path in findings), pattern


def test_cfn_lint_finds_nothing(
    dev: Synthesized, prod: Synthesized, jwt: Synthesized, orchestrated: Synthesized
) -> None:
    apps = (dev, prod, jwt, orchestrated)
    templates = [str(path) for app in apps for path in sorted(app.directory.glob("*.template.json"))]
    assert len(templates) == 5 + 5 + 6 + 4
    ran = lint(templates)
    assert ran.returncode == 0, ran.stdout + ran.stderr
