"""Settings of the whole app: one frozen, typed object, read once from CDK context.

Set a key in cdk.json or with `cdk -c key=value`. Unknown keys, wrong values and contradictions raise
SettingsError, one line that says what to set: LocalStack accepts much of what AWS refuses, so these are
checked at synth and not left to a deployment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self

from infra.settings.base import declarations, own_values, parse, range_problems, with_defaults
from infra.settings.files import FilesSettings, files_problems
from infra.settings.ingestion import IngestionSettings, ingestion_problems
from infra.settings.integrations import IntegrationSettings, integration_problems
from infra.settings.shared import SharedSettings, shared_problems
from infra.synth_errors import SettingsError

if TYPE_CHECKING:
    from constructs import Node

PIPELINES: Mapping[str, type[SharedSettings]] = {
    "shared": SharedSettings,
    "ingestion": IngestionSettings,
    "files": FilesSettings,
    "integrations": IntegrationSettings,
}


# The bases stand in reverse: a dataclass has the fields of its last base first.
@dataclass(frozen=True, kw_only=True)
class Settings(IntegrationSettings, FilesSettings, IngestionSettings):
    """The settings of all pipelines."""

    @classmethod
    def from_context(cls, node: "Node") -> Self:
        """Read the settings of an app. Raises SettingsError."""
        return cls.from_values(own_values(node.get_all_context()))

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Build the settings from context keys and values. Raises SettingsError."""
        declared = {each.key: each for each in declarations(cls).values()}
        if unknown := sorted(values.keys() - declared.keys()):
            close = get_close_matches(unknown[0], declared, n=1)
            hint = f"did you mean {close[0]}?" if close else "the keys are listed in docs/deploy.md"
            raise SettingsError(f"unknown context key {unknown[0]!r}: {hint}")
        given = {declared[key].name: parse(key, value, declared[key].type_) for key, value in values.items()}
        settings = cls(**with_defaults(cls, given))
        for problem in settings._problems():
            raise SettingsError(problem)
        return settings

    def _problems(self) -> Iterator[str]:
        """What is wrong, one line each that says what to set."""
        yield from range_problems(self)
        yield from shared_problems(self)
        yield from ingestion_problems(self)
        yield from files_problems(self)
        yield from integration_problems(self)
