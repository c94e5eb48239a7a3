"""Decision memo: decisions that were made, by everything that they depend on."""

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Decision
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate

_Key = tuple[object, ...]


class DecisionMemo:
    """Decisions by caller, action, resource, policies, and the values of the condition keys that these read.

    A changed policy is another document, so nothing has to be forgotten. At `capacity` it begins anew.
    """

    def __init__(self, capacity: int = 10_000) -> None:
        self._capacity = capacity
        self._decisions: dict[_Key, Decision] = {}

    def __len__(self) -> int:
        return len(self._decisions)

    def evaluate(self, request: AuthorizationRequest, policies: ApplicablePolicies) -> Decision:
        """Return the decision of `evaluate`, from the memo where it was made before."""
        context = request.context
        values = tuple([context.get(key) for key in policies.context_keys])
        key = (request.principal, request.action, request.resource, policies, values)
        decision = self._decisions.get(key)
        if decision is None:
            decision = evaluate(request, policies)
            if len(self._decisions) >= self._capacity:
                self._decisions.clear()
            self._decisions[key] = decision
        return decision
