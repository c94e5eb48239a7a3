"""Which AWS operations a function's code calls, found by reading it."""

import ast
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name

ROOT = Path(__file__).resolve().parents[2]
SERVICES = (
    "sqs",
    "dynamodb",
    "events",
    "ssm",
    "secretsmanager",
    "lambda",
    "stepfunctions",
    "s3",
    "cloudwatch",
)
# IAM knows one action for a call and its batch form.
BATCH_FORMS = ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")

# Where the API and IAM disagree on a name (service authorization reference).
RENAMED = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "stepfunctions:DescribeExecution": "states:DescribeExecution",
    "stepfunctions:StartExecution": "states:StartExecution",
    "stepfunctions:StartSyncExecution": "states:StartSyncExecution",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:UploadPart": "s3:PutObject",
}
# S3 asks for another right where a call names a version: told by the parameter's name in the same definition.
VERSIONED = {"s3:GetObject": "s3:GetObjectVersion"}

Definition = tuple[str, str]
"""A module of `functions` and the name of something defined at its top."""


def aws_calls(module: str) -> set[str]:
    """IAM actions of every call named like an AWS operation that a module's definitions can reach.

    Follows names from definition to definition, so that a module's other definitions do not count.
    """
    waiting: list[Definition] = [(module, name) for name in _definitions(module)]
    seen: set[Definition] = set()
    actions: set[str] = set()
    while waiting:
        definition = waiting.pop()
        if definition not in seen:
            seen.add(definition)
            node = _definitions(definition[0])[definition[1]]
            actions |= _calls(node)
            waiting.extend(_used(definition[0], node))
    return actions


def _calls(definition: ast.stmt) -> set[str]:
    methods = {
        node.func.attr
        for node in ast.walk(definition)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    actions = {action for method, action in _actions_by_method().items() if method in methods}
    if any(isinstance(node, ast.Constant) and node.value == "VersionId" for node in ast.walk(definition)):
        actions |= {VERSIONED[action] for action in actions if action in VERSIONED}
    return actions


def _used(module: str, definition: ast.stmt) -> list[Definition]:
    """The definitions, here or in the modules imported from, whose names a definition uses."""
    names = {node.id for node in ast.walk(definition) if isinstance(node, ast.Name)}
    local = [(module, name) for name in names if name in _definitions(module)]
    imported = [_imports(module)[name] for name in names if name in _imports(module)]
    return local + [each for each in imported if each[1] in _definitions(each[0])]


@cache
def _tree(module: str) -> ast.Module:
    path = ROOT / module.replace(".", "/")
    file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def _definitions(module: str) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    return found


@cache
def _imports(module: str) -> dict[str, Definition]:
    """Names imported from `functions`. A module imported as such stands for no definition: clients only."""
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("functions.")
        for alias in node.names
    }


@cache
def _actions_by_method() -> dict[str, str]:
    session = botocore.session.get_session()
    actions = {}
    for service in SERVICES:
        for operation in session.get_service_model(service).operation_names:
            single = operation.removesuffix("Batch")
            action = single if single in BATCH_FORMS else operation
            actions[xform_name(operation)] = RENAMED.get(f"{service}:{action}", f"{service}:{action}")
    return actions
