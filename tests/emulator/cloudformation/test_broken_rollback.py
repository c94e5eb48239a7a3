"""Rollback in which undoing one resource breaks: the others are undone, and the stack is at work no more."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# A deployment that created three queues, the second of which cannot even be asked to go; and one whose
# template was carried out, and whose first removal breaks.
PROGRAM = """
from types import SimpleNamespace
from localstack.aws.api.cloudformation import StackStatus
from localstack.services.cloudformation.engine.v2.change_set_model import Nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import Deferred
from lab_emulator.cloudformation.engine import RollingBackExecutor
from lab_emulator.cloudformation.resource_executor import ResourceChange
from lab_emulator.cloudformation.rollback import roll_back

class Stack:
    stack_name, status, status_reason = "broken", StackStatus.CREATE_IN_PROGRESS, None
    template = processed_template = template_body = resolved_parameters = None
    def set_stack_status(self, status, reason=None):
        self.status, self.status_reason = status, reason

class Deployment:
    stack, change_set = Stack(), SimpleNamespace(template_body="", resolved_parameters={})
    before, not_updatable, told = {}, set(), []
    def remove(self, name, resource):
        if name == "Second":
            raise KeyError("Properties")
        return True
    def tell(self, name, type_, action, status, reason=""):
        self.told.append([name, type_, status.name, reason])

names = ("First", "Second", "Third")
queue = SimpleNamespace(resource_type="AWS::SQS::Queue", requires_replacement=False)
deployment = Deployment()
deployment.changes = [ResourceChange(name, Nothing, queue) for name in names]
deployment.resources = {name: {"Type": "AWS::SQS::Queue"} for name in names}
roll_back(deployment, "a third resource failed")
answer = {
    "status": str(deployment.stack.status),
    "reason": deployment.stack.status_reason,
    "left": list(deployment.resources),
    "told": deployment.told,
}

cleaned = []
def break_down():
    raise KeyError("on purpose")
executor = SimpleNamespace(stack=Stack(), _deferred_actions=[
    Deferred("first", lambda: cleaned.append("first")), Deferred("second", break_down)
])
RollingBackExecutor._clean_up(executor)
answer["cleaned"] = cleaned
"""


@pytest.fixture(scope="module")
def rolled_back() -> Any:
    return answer_of(PROGRAM)


def test_the_stack_says_which_resource_is_left(rolled_back: Any) -> None:
    assert rolled_back["status"] == "ROLLBACK_FAILED"
    assert rolled_back["reason"].startswith("The following resource(s) failed to delete: [Second].")


def test_all_others_are_undone_and_the_broken_one_says_why(rolled_back: Any) -> None:
    assert rolled_back["left"] == ["Second"]
    assert rolled_back["told"] == [["Second", "AWS::SQS::Queue", "FAILED", "KeyError: 'Properties'"]]


def test_a_removal_that_breaks_after_an_update_keeps_no_other_from_being_done(rolled_back: Any) -> None:
    assert rolled_back["cleaned"] == ["first"]
