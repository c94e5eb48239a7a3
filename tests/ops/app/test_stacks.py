"""Stacks of the app: which are seen, their outputs, and what is done about one that is broken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from ops.lab.app import stacks as stacks_module
from ops.lab.app.stacks import Stacks, delete_broken_toolkit, find_stacks, is_bootstrapped, make_way
from ops.lab.errors import DeploymentFailed, NotUp, WaitTimedOut

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class FakeCloudFormation:
    """An account's stacks in order of creation. moto's own needs packages that the lab does without."""

    def __init__(self, **statuses: str) -> None:
        self.stacks = {
            name.replace("_", "-"): {
                "StackName": name.replace("_", "-"),
                "StackStatus": status,
                "CreationTime": _LONG_AGO + timedelta(seconds=age),
                "Outputs": [{"OutputKey": f"{name}Output", "OutputValue": name}],
            }
            for age, (name, status) in enumerate(statuses.items())
        }
        self.resources: dict[str, list[dict[str, str]]] = {}
        self.undeletable: set[str] = set()

    def have(self, stack: str, type_: str, status: str, reason: str = "") -> None:
        """Give a stack a resource."""
        self.resources.setdefault(stack, []).append(
            {
                "LogicalResourceId": type_.rpartition(":")[2],
                "PhysicalResourceId": "physical",
                "ResourceType": type_,
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
            }
        )

    def get_paginator(self, _operation: str) -> "FakeCloudFormation":
        return self

    def paginate(self, StackName: str = "") -> list[dict[str, Any]]:
        if StackName:
            return [{"StackResourceSummaries": self.resources.get(StackName, [])}]
        # Two pages, newest first, as CloudFormation lists them.
        newest_first = list(reversed(self.stacks.values()))
        return [{"Stacks": newest_first[:1]}, {"Stacks": newest_first[1:]}]

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if StackName not in self.stacks:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "none"}}, "DescribeStacks")
        return {"Stacks": [self.stacks[StackName]]}

    def delete_stack(self, StackName: str) -> None:
        if StackName in self.undeletable:
            self.stacks[StackName]["StackStatus"] = "DELETE_FAILED"
        else:
            del self.stacks[StackName]

    def get_waiter(self, _name: str) -> "FakeCloudFormation":
        return self

    def wait(self, StackName: str, **_: object) -> None:
        if StackName in self.stacks:
            raise WaiterError("StackDeleteComplete", "terminal failure", {})


def _account(**statuses: str) -> Any:
    return FakeCloudFormation(**statuses)


def test_stacks_of_other_environments_are_not_seen() -> None:
    account = _account(
        IngestionLab_dev_Queue="CREATE_COMPLETE",
        IngestionLab_prod_Queue="CREATE_COMPLETE",
        Other="CREATE_COMPLETE",
    )
    assert find_stacks(account, "dev").statuses == {"IngestionLab-dev-Queue": "CREATE_COMPLETE"}


def test_outputs_of_all_stacks_are_found_on_every_page() -> None:
    stacks = find_stacks(
        _account(IngestionLab_dev_Queue="CREATE_COMPLETE", IngestionLab_dev_Api="CREATE_COMPLETE"), "dev"
    )
    assert stacks.output("IngestionLab_dev_QueueOutput") == "IngestionLab_dev_Queue"
    assert stacks.output("IngestionLab_dev_ApiOutput") == "IngestionLab_dev_Api"


@pytest.mark.parametrize("outputs", [{}, {"DlqUrl": ""}])
def test_a_missing_or_empty_output_raises(outputs: dict[str, str]) -> None:
    with pytest.raises(NotUp, match="DlqUrl"):
        Stacks("dev", {}, outputs).output("DlqUrl")


QUEUE, API = "IngestionLab-dev-Queue", "IngestionLab-dev-Api"


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_that_can_be_updated_is_left_alone(status: str) -> None:
    account = _account(IngestionLab_dev_Queue="CREATE_COMPLETE", IngestionLab_dev_Api=status)
    assert make_way(account, "dev") == []
    assert find_stacks(account, "dev").broken == []
    assert len(account.stacks) == 2


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "CREATE_FAILED", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_was_never_made_is_deleted_alone(status: str) -> None:
    account = _account(
        IngestionLab_dev_Queue="CREATE_COMPLETE", IngestionLab_dev_Api=status, Other="CREATE_COMPLETE"
    )
    account.have(QUEUE, "AWS::SQS::Queue", "CREATE_COMPLETE")
    account.have(API, "AWS::SQS::Queue", "DELETE_COMPLETE")
    account.have(API, "AWS::Lambda::Function", "CREATE_COMPLETE")
    assert make_way(account, "dev") == [API]
    assert list(account.stacks) == [QUEUE, "Other"]


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"])
@pytest.mark.parametrize("holding", ["AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket"])
def test_a_broken_stack_that_holds_data_is_refused_and_nothing_deleted(status: str, holding: str) -> None:
    account = _account(IngestionLab_dev_Queue=status, IngestionLab_dev_Api="ROLLBACK_COMPLETE")
    account.have(QUEUE, holding, "CREATE_COMPLETE")
    with pytest.raises(
        DeploymentFailed, match=f"{QUEUE} is {status}.*{holding.rpartition(':')[2]}"
    ) as failure:
        make_way(account, "dev")
    assert "lab up --fresh" in failure.value.hint
    assert list(account.stacks) == [QUEUE, API]


@pytest.mark.parametrize(
    ("status", "command"),
    [("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"), ("UPDATE_FAILED", "rollback-stack")],
)
def test_a_half_updated_stack_is_told_how_to_go_on(status: str, command: str) -> None:
    account = _account(IngestionLab_dev_Queue=status)
    with pytest.raises(DeploymentFailed, match=status) as failure:
        make_way(account, "dev", on_aws=True)
    assert f"{command} --stack-name {QUEUE}" in failure.value.hint
    assert list(account.stacks) == [QUEUE]


def test_in_an_account_nothing_is_deleted_by_the_lab() -> None:
    account = _account(IngestionLab_dev_Queue="ROLLBACK_COMPLETE")
    assert make_way(account, "dev", on_aws=True, delete=False) == []
    assert list(account.stacks) == [QUEUE]


def test_another_deployment_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks_module, "_SETTLES_WITHIN_SECONDS", 0)
    account = _account(IngestionLab_dev_Queue="CREATE_IN_PROGRESS")
    with pytest.raises(WaitTimedOut, match="another deployment"):
        make_way(account, "dev")
    assert list(account.stacks) == [QUEUE]


def test_a_stack_that_is_not_deleted_says_why() -> None:
    account = _account(IngestionLab_dev_Queue="CREATE_FAILED")
    account.have(
        QUEUE, "AWS::Lambda::Function", "DELETE_FAILED", "The bucket you tried to delete is not empty"
    )
    account.undeletable.add(QUEUE)
    with pytest.raises(DeploymentFailed, match=r"DELETE_FAILED.*Function: The bucket you tried to delete"):
        make_way(account, "dev")


def test_only_a_complete_toolkit_stack_counts_as_bootstrapped() -> None:
    assert is_bootstrapped(_account(CDKToolkit="CREATE_COMPLETE"))
    assert not is_bootstrapped(_account(CDKToolkit="CREATE_FAILED"))
    assert not is_bootstrapped(_account())


def test_a_toolkit_stack_whose_update_was_rolled_back_stays() -> None:
    account = _account(CDKToolkit="UPDATE_ROLLBACK_COMPLETE")
    delete_broken_toolkit(account)
    assert is_bootstrapped(account)


def test_a_toolkit_stack_that_was_never_made_is_deleted() -> None:
    account = _account(CDKToolkit="ROLLBACK_COMPLETE")
    delete_broken_toolkit(account)
    assert account.stacks == {}
