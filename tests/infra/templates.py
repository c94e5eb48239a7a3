"""Reading synthesized templates by what they mean rather than by logical ids, which any change may alter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Properties = dict[str, Any]

# The functions whose package has not their name alone.
PACKAGES = {
    "csv_processor": "files.processor",
    "fingerprint": "files.fingerprint",
    "round_control": "files.round_control",
    "round_starter": "files.round_starter",
    "scaler": "files.scaler",
    "dynatrace_exporter": "integrations.dynatrace_exporter",
    "smtp_notifier": "integrations.smtp_notifier",
    "splunk_forwarder": "integrations.splunk_forwarder",
}


@dataclass(frozen=True)
class Synthesized:
    """The templates of one context: by the stack's last word (Queue, Functions, Api, Csv and so on)."""

    directory: Path
    stacks: Mapping[str, dict[str, Any]]
    findings: tuple[tuple[str, str], ...]
    """What cdk-nag found: rule and construct path, less the stack's prefix."""

    def only_stacks(self, *names: str) -> "Synthesized":
        """The same less the other stacks; the findings remain those of all."""
        kept = {name: template for name, template in self.stacks.items() if name in names}
        return replace(self, stacks=kept)

    def resources(self, type_: str, stack: str | None = None) -> dict[str, Properties]:
        """Properties of each resource of a type, by logical id."""
        return {
            id_: resource.get("Properties", {})
            for name, template in self.stacks.items()
            if stack in (None, name)
            for id_, resource in template["Resources"].items()
            if resource["Type"] == type_
        }

    def only(self, type_: str, stack: str | None = None) -> Properties:
        """The properties of the one resource of a type."""
        (properties,) = self.resources(type_, stack).values()
        return properties

    def types(self) -> set[str]:
        """Every resource type in use."""
        return {each["Type"] for stack in self.stacks.values() for each in stack["Resources"].values()}

    def functions(self) -> dict[str, Properties]:
        """Properties of each function by its name, under which it logs."""
        found = self.resources("AWS::Lambda::Function").values()
        return {
            properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: properties
            for properties in found
        }

    def statements(self, function: str) -> list[dict[str, Any]]:
        """The statements of every policy of a function's role."""
        return self.statements_of(self.functions()[function]["Role"])

    def statements_of(self, role_arn: Properties) -> list[dict[str, Any]]:
        """The statements of every policy of a role, by the reference to its ARN."""
        role = role_arn["Fn::GetAtt"][0]
        return [
            statement
            for policy in self.resources("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    def actions(self, function: str) -> set[str]:
        """The actions that a function's role allows."""
        return {action for statement in self.statements(function) for action in as_list(statement["Action"])}


def topics(app: Synthesized) -> tuple[str, str]:
    """Logical ids of the topic of alarms and of the one of recoveries, of an app's only pipeline."""
    recoveries, alarms = sorted(
        app.resources("AWS::SNS::Topic"), key=lambda id_: not id_.startswith("NotificationsRecoveries")
    )
    return alarms, recoveries


def package_of(function: str) -> str:
    """The package of a function by its name: those of the ingestion pipeline lie flat below `functions`."""
    return f"functions.{PACKAGES.get(function, function)}"


def as_list(value: Any) -> list[Any]:
    """IAM documents hold one value bare and several as a list."""
    return value if isinstance(value, list) else [value]


def strings(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def references(value: Any, logical_id: str) -> bool:
    """Whether a value refers to a resource: in its own stack, or by an export that bears the id."""
    return any(logical_id in text for text in strings(value))
