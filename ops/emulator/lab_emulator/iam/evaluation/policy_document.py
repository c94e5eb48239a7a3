"""Policy document: the statements of one policy."""

from dataclasses import dataclass

from lab_emulator.iam.evaluation.statement import Statement


class MalformedPolicy(ValueError):
    """A policy that IAM would refuse; its message names the place, such as `Statement[1].Condition`."""


@dataclass(frozen=True, eq=False)
class PolicyDocument:
    """Policy as parsed; `PolicyDocument.parse` returns the same object for the same text."""

    version: str
    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, text: str) -> "PolicyDocument":
        """Read a policy; raises MalformedPolicy."""
        raise NotImplementedError("the grammar follows with the matching of statements")
