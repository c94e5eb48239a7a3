"""Callers and policies are looked up while other threads make roles, users and accounts."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# Backends of moto in which, each time an entry is looked at, another request adds one.
PROGRAM = """
from types import SimpleNamespace
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from lab_emulator.iam import caller, policy_source

ACCOUNT, PARTITION = "000000000000", "aws"
backend = iam_backends[ACCOUNT][PARTITION]

class Entry:
    policies, managed_policies, permissions_boundary_arn = {}, {}, None
    def __init__(self, entries, name, keys=()):
        self.entries, self.name, self.keys = entries, name, keys
    @property
    def arn(self):
        self.entries.setdefault(f"beside {self.name}", SimpleNamespace(arn="", access_keys=[]))
        return f"arn:aws:iam::{ACCOUNT}:{self.name}"
    @property
    def access_keys(self):
        self.arn
        return self.keys

key = SimpleNamespace(access_key_id="AKIAOFTHEUSER")
for name in ("role/a", "role/b"):
    backend.roles[name] = Entry(backend.roles, name)
for name, keys in (("user/a", []), ("user/b", [key])):
    backend.users[name] = Entry(backend.users, name, keys)

def outcome(function, *arguments):
    try:
        return str(function(*arguments))
    except RuntimeError as error:
        return f"RuntimeError: {error}"

role = caller.role_caller(f"arn:aws:iam::{ACCOUNT}:role/b", "session").principal
found = outcome(lambda: caller.caller_of("AKIAOFTHEUSER", ACCOUNT).principal.arn)
policies = outcome(policy_source.identity_policies, role)

# The key is deleted, and every caller forgotten, while a call with it is looked up.
stock = caller._find
def find_late(access_key, account_id):
    late = stock(access_key, account_id)
    backend.users.clear()
    caller.forget()
    return late
caller.forget()
caller._find = find_late
caller.caller_of("AKIAOFTHEUSER", ACCOUNT)
caller._find = stock
after = caller.caller_of("AKIAOFTHEUSER", ACCOUNT).principal.arn
answer = {"user": found, "policies": policies, "after": after}
"""


@pytest.fixture(scope="module")
def looked_up() -> Any:
    return answer_of(PROGRAM)


def test_a_caller_is_found_while_users_are_made(looked_up: Any) -> None:
    assert looked_up["user"] == "arn:aws:iam::000000000000:user/b"


def test_policies_are_found_while_roles_are_made(looked_up: Any) -> None:
    assert looked_up["policies"] == "[]"


def test_a_caller_that_changed_during_its_search_is_searched_again(looked_up: Any) -> None:
    assert looked_up["after"] != "arn:aws:iam::000000000000:user/b"
