"""Policy document: the statements of one policy."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.policy_grammar import read_policy
from lab_emulator.iam.evaluation.principal_element import Naming
from lab_emulator.iam.evaluation.statement import Effect, Statement

_PARSED_POLICIES = 4096
_ACTIONS_PER_POLICY = 1024


@dataclass(frozen=True, eq=False)
class PolicyDocument:
    """Policy as parsed; `PolicyDocument.parse` returns the same object for the same text.

    It keeps which of its statements are about an action, so that a decision looks at those alone.
    """

    version: str
    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, text: str) -> "PolicyDocument":
        """Read a policy in JSON; raises MalformedPolicy."""
        return _parsed(text)

    @cached_property
    def context_keys(self) -> frozenset[str]:
        """The condition keys that its statements read, in lower case."""
        return frozenset().union(*(statement.context_keys for statement in self.statements))

    def denying(self, request: AuthorizationRequest) -> Statement | None:
        """Return a statement that denies `request`, regardless of its principals."""
        return _first_that_covers(self._about(request.action)[0], request)

    def allowing(self, request: AuthorizationRequest) -> Statement | None:
        """Return a statement that allows `request`, regardless of its principals."""
        return _first_that_covers(self._about(request.action)[1], request)

    def denying_caller(self, request: AuthorizationRequest, *, has_boundary: bool) -> Statement | None:
        """Return a statement that denies `request` to its caller.

        `NotPrincipal` "with a Deny effect will always deny any IAM principal that has a permissions boundary
        policy attached" (IAM user guide, "AWS JSON policy elements: NotPrincipal").
        """
        for statement in self._about(request.action)[0]:
            principals = statement.principals
            if principals is None or not statement.covers(request):
                continue
            if principals.naming(request.principal) or (principals.is_negated and has_boundary):
                return statement
        return None

    def granting(self, request: AuthorizationRequest) -> tuple[Naming, Statement | None]:
        """Return how directly it allows `request` to its caller, and the statement that does."""
        best: tuple[Naming, Statement | None] = (Naming.NOT_NAMED, None)
        for statement in self._about(request.action)[1]:
            if statement.principals is None:
                continue
            naming = statement.principals.naming(request.principal)
            if naming > best[0] and statement.covers(request):
                best = (naming, statement)
        return best

    @cached_property
    def _by_action(self) -> dict[str, tuple[tuple[Statement, ...], tuple[Statement, ...]]]:
        return {}

    def _about(self, action: str) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        known = self._by_action.get(action)
        if known is None:
            about = [each for each in self.statements if each.actions.matches(action.lower())]
            known = (
                tuple(each for each in about if each.effect is Effect.DENY),
                tuple(each for each in about if each.effect is Effect.ALLOW),
            )
            if len(self._by_action) < _ACTIONS_PER_POLICY:
                self._by_action[action] = known
        return known


def _first_that_covers(statements: tuple[Statement, ...], request: AuthorizationRequest) -> Statement | None:
    for statement in statements:
        if statement.covers(request):
            return statement
    return None


@lru_cache(maxsize=_PARSED_POLICIES)
def _parsed(text: str) -> PolicyDocument:
    version, statements = read_policy(text)
    return PolicyDocument(version, statements)
