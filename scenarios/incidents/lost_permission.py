"""Incident: the worker's role lost the permission to claim an order, before anything of it is done."""

import json

from ops.lab.actions import dead_letters, permissions
from ops.lab.app.function_names import FunctionName
from ops.lab.app.permission_mode import read_policy
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrillStep, NotCarriedOut, ReversibleChange
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents.declaration import Incident, IncidentRepair, Ticket

_ACTION = "dynamodb:PutItem"
_POLICY = "worker-least"
_REDRIVE = DrillStep("redrive what failed meanwhile", dead_letters.redrive_all)


def _table_arn(target: Target) -> str:
    return target.dynamodb.describe_table(TableName=target.output("TableName"))["Table"]["TableArn"]


def _attach_least_policy(target: Target) -> ReversibleChange:
    """The least policy that the record of permissions has for the worker, as a policy of its own."""
    if target.endpoint is None:
        raise NotCarriedOut("the record of permissions is the lab's own")
    role = permissions.role_of(target, FunctionName.WORKER)
    policy = read_policy(target.endpoint, target.output(FunctionName.WORKER.output))["policy"]
    target.iam.put_role_policy(RoleName=role, PolicyName=_POLICY, PolicyDocument=json.dumps(policy))
    return ReversibleChange(
        f"policy {_POLICY}", lambda: target.iam.delete_role_policy(RoleName=role, PolicyName=_POLICY)
    )


INCIDENT = Incident(
    name="lost_permission",
    title="A role that lost a permission",
    level=2,
    ticket=Ticket(
        sender="A colleague",
        subject="New orders do not get done",
        text=(
            "Orders come in and none is confirmed since a moment ago; the next thing will be the DLQ. I "
            "looked at some, they seem all right. Nothing was deployed to the functions today, their code is "
            "the one of last week. Is the worker not started at all?"
        ),
    ),
    cause=(
        "Somebody tidied the worker's policy up: its role may no longer call dynamodb:PutItem on the state "
        "table. The worker runs, but each claim of a new key is denied: so no key is in the table, and the "
        "preview has no reason to show."
    ),
    pipeline=INGESTION,
    breaks=(
        DrillStep("enforce permissions, as AWS does", lambda scene: permissions.enforce(scene.target)),
        DrillStep(
            f"take {_ACTION} from the role",
            lambda scene: permissions.lose(scene.target, FunctionName.WORKER, _ACTION),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Allow the action again",
            (
                "lab errors --since 15m",
                "lab logs worker --since 5m --filter AccessDenied",
                "lab iam report",
                f"lab iam allow worker {_ACTION}",
                "lab redrive start --wait",
                "lab redrive start --wait    # a minute later: what was on its last delivery",
            ),
            (
                DrillStep(
                    f"allow {_ACTION}",
                    lambda scene: permissions.allow(
                        scene.target, FunctionName.WORKER, _ACTION, _table_arn(scene.target)
                    ),
                ),
                _REDRIVE,
            ),
        ),
        IncidentRepair(
            "Give the role the least policy that its calls need",
            (
                "lab iam report --policy Worker > policy.json",
                f"aws iam put-role-policy --role-name ROLE --policy-name {_POLICY} "
                "--policy-document file://policy.json    # the role's name is in lab iam report",
                "lab redrive start --wait",
                "lab redrive start --wait    # a minute later: what was on its last delivery",
            ),
            (
                DrillStep("attach the least policy", lambda scene: _attach_least_policy(scene.target)),
                _REDRIVE,
            ),
        ),
    ),
    hints=(
        "Does the worker run? lab metrics has its invocations, lab logs worker what it says.",
        "It runs, and every order fails at the same call: lab errors --since 15m. Whose words are those?",
        "AWS's words name who, which action, and on what. `lab iam report` names the statement that is "
        "missing.",
        "The worker's role lacks dynamodb:PutItem on the state table: lab iam allow worker dynamodb:PutItem. "
        "Then redrive.",
    ),
    runbook="access_denied.md",
)
