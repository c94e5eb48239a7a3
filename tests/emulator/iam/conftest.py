"""Permissions enforced for the tests of this folder, and what they are tried with."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ops.lab.app.permission_mode import PermissionMode, mode_of, set_mode
from tests.emulator.conftest import Emulator

REGION = "us-east-1"


@dataclass(frozen=True)
class Caller:
    """Role or user, as whom calls are made."""

    emulator: Emulator
    name: str
    arn: str
    credentials: dict[str, str]

    def client(self, service: str, **options: Any) -> Any:
        """A client with the caller's credentials, which tries once."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.emulator.endpoint,
            region_name=REGION,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
            **(self.credentials | options),
        )

    def allow(self, action: str | list[str], resource: str, **more: Any) -> None:
        """Add a statement to the role's inline policies."""
        statement = {"Effect": "Allow", "Action": action, "Resource": resource} | more
        self.emulator.client("iam").put_role_policy(
            RoleName=self.name, PolicyName=uuid.uuid4().hex, PolicyDocument=policy(statement)
        )


@pytest.fixture(scope="module", autouse=True)
def enforced(emulator: Emulator) -> Iterator[None]:
    """Enforce permissions for a module; other folders share the emulator."""
    before = mode_of(emulator.endpoint)
    assert before is PermissionMode.WARN
    set_mode(emulator.endpoint, PermissionMode.ENFORCE)
    yield
    set_mode(emulator.endpoint, before)


@pytest.fixture
def role(emulator: Emulator) -> Caller:
    """A role without a policy, and a session of it."""
    return session_of(emulator, new_role(emulator))


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def new_role(emulator: Emulator, service: str | None = None, **options: Any) -> str:
    """The name of a new role that the account may assume, or a service."""
    name = f"role-{uuid.uuid4().hex[:8]}"
    principal = {"Service": service} if service else {"AWS": "arn:aws:iam::000000000000:root"}
    trust = policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    emulator.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust, **options)
    return name


def session_of(emulator: Emulator, name: str, **options: Any) -> Caller:
    """A session of the role, opened by the account's root."""
    arn = f"arn:aws:iam::000000000000:role/{name}"
    answer = emulator.client("sts").assume_role(RoleArn=arn, RoleSessionName="test", **options)
    keys = answer["Credentials"]
    credentials = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    return Caller(emulator, name, answer["AssumedRoleUser"]["Arn"], credentials)
