from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.app.stacks import Stacks, delete_broken, find_stacks, is_bootstrapped
from ops.lab.errors import NotUp

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

    def get_paginator(self, _operation: str) -> "FakeCloudFormation":
        return self

    def paginate(self) -> list[dict[str, Any]]:
        # Two pages, newest first, as CloudFormation lists them.
        newest_first = list(reversed(self.stacks.values()))
        return [{"Stacks": newest_first[:1]}, {"Stacks": newest_first[1:]}]

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if StackName not in self.stacks:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "none"}}, "DescribeStacks")
        return {"Stacks": [self.stacks[StackName]]}

    def delete_stack(self, StackName: str) -> None:
        del self.stacks[StackName]

    def get_waiter(self, _name: str) -> "FakeCloudFormation":
        return self

    def wait(self, **_: object) -> None:
        """Deleted at once."""


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


def test_healthy_stacks_are_left_alone() -> None:
    account = _account(IngestionLab_dev_Queue="CREATE_COMPLETE", IngestionLab_dev_Api="UPDATE_COMPLETE")
    assert delete_broken(account, "dev") == []
    assert len(account.stacks) == 2


@pytest.mark.parametrize(
    "status", ["ROLLBACK_COMPLETE", "CREATE_IN_PROGRESS", "CREATE_FAILED", "UPDATE_ROLLBACK_COMPLETE"]
)
def test_one_broken_stack_takes_all_down_dependants_first(status: str) -> None:
    account = _account(
        IngestionLab_dev_Queue="CREATE_COMPLETE", IngestionLab_dev_Api=status, Other="CREATE_COMPLETE"
    )
    assert delete_broken(account, "dev") == ["IngestionLab-dev-Api", "IngestionLab-dev-Queue"]
    assert list(account.stacks) == ["Other"]


def test_only_a_complete_toolkit_stack_counts_as_bootstrapped() -> None:
    assert is_bootstrapped(_account(CDKToolkit="CREATE_COMPLETE"))
    assert not is_bootstrapped(_account(CDKToolkit="CREATE_FAILED"))
    assert not is_bootstrapped(_account())
