"""Caller: the principal behind the credentials of a request.

A session of a role is known by the access key that STS gave it, an IAM user by its own. Every other access
key is one of the account's test credentials: `test`, an account number, whatever a tool sends. They are
root, as everyone expects of LocalStack, and so are keys of a real account, which it ignores. A key in the
emulator's own form that it does not know, of a user that was deleted or of an emulator that ended, is
refused as on AWS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind

# What LocalStack writes into a request that came without a signature (aws/handlers/auth.py, 4.13.1).
_UNSIGNED = "injectedaccesskey"
# Keys that the emulator makes: of sessions and of users (PARITY_AWS_ACCESS_KEY_ID is not set here).
_OWN_PREFIXES = ("LSIA", "LKIA")
_PARTITION = "aws"
_CALLERS_KEPT = 10_000


class UnknownCredentials(Exception):
    """An access key that only this emulator can have made, and that it does not know."""


@dataclass(frozen=True)
class Caller:
    """Who makes a call, and what AWS knows of it besides.

    `source_arn` is the resource for which a service calls, such as a rule or a topic.
    """

    principal: Principal
    session_policy: str | None = None
    source_arn: str | None = None


ANONYMOUS = Caller(Principal("*", "", PrincipalKind.ANONYMOUS))
_known: dict[str, Caller] = {}
_of_get_session_token: dict[str, Caller] = {}


def forget() -> None:
    """Look for every caller again: users and their keys may have changed."""
    global _known
    _known = {}  # a search that is under way keeps what it finds in the old one


def caller_of(access_key: str, account_id: str) -> Caller:
    """The caller with this access key in the account that the request is for. Raises UnknownCredentials."""
    known = _known
    if (caller := known.get(access_key)) is None:
        if len(known) >= _CALLERS_KEPT:
            known.clear()
        caller = known[access_key] = _find(access_key, account_id)
    return caller


def service_caller(name: str, source_arn: str | None) -> Caller:
    """A service that acts for itself. `name` is the first label of its principal, such as `events`."""
    host = f"{name}.amazonaws.com"
    return Caller(Principal(host, "", PrincipalKind.SERVICE, service=host), source_arn=source_arn)


def role_caller(role_arn: str, session: str) -> Caller:
    """A session of a role that a service opens inside the process, such as Lambda's poller."""
    account = role_arn.split(":")[4]
    role = role_arn.rpartition("/")[2]
    arn = f"arn:{_PARTITION}:sts::{account}:assumed-role/{role}/{session}"
    return Caller(Principal(arn, account, PrincipalKind.ROLE_SESSION, role_arn=role_arn))


def remember_session(access_key: str, caller: Caller) -> None:
    """Take a key that GetSessionToken made for its caller's own."""
    _of_get_session_token[access_key] = caller


def access_key_of(headers: Mapping[str, str], query: Mapping[str, Any]) -> str | None:
    """The access key of a signature in a header or in a presigned URL; None without a signature."""
    authorization = headers.get("Authorization") or ""
    _, found, rest = authorization.partition("Credential=")
    if found:
        key = rest.partition("/")[0]
    elif authorization.startswith("AWS "):  # signature version 2
        key = authorization[4:].partition(":")[0]
    else:
        key = _UNSIGNED
    if key != _UNSIGNED:
        return key
    presigned = query.get("X-Amz-Credential") or query.get("AWSAccessKeyId")
    return str(presigned).partition("/")[0] if presigned else None


def _find(access_key: str, account_id: str) -> Caller:
    # Lists: other threads add accounts, users and keys meanwhile.
    for account, backends in list(sts_backends.items()):
        if session := backends[_PARTITION].get_assumed_role_from_access_key(access_key):
            principal = Principal(session.arn, account, PrincipalKind.ROLE_SESSION, role_arn=session.role_arn)
            return Caller(principal, session_policy=session.policy or None)
    for account, backends in list(iam_backends.items()):
        for user in list(backends[_PARTITION].users.values()):
            if any(key.access_key_id == access_key for key in list(user.access_keys)):
                return Caller(Principal(user.arn, account, PrincipalKind.USER))
    if session_of := _of_get_session_token.get(access_key):
        return session_of
    if access_key.startswith(_OWN_PREFIXES) and len(access_key) >= 16:
        raise UnknownCredentials(access_key)
    return Caller(Principal(f"arn:{_PARTITION}:iam::{account_id}:root", account_id, PrincipalKind.ROOT))
