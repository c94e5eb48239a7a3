"""Time to live deletes what has expired, late, and nothing else."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.lab.local import emulator_process
from tests.emulator.conftest import Emulator

TIMEOUT_SECONDS = 20


@pytest.fixture
def sweeping_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A LocalStack of its own: the interval is a setting of the process, and the default is a minute."""
    monkeypatch.setenv("LAB_TTL_SWEEP_SECONDS", "0.2")
    process = emulator_process.start(emulator_process.free_port(), tmp_path)
    try:
        emulator_process.wait_until_ready(process)
        yield Emulator(process.endpoint, process.pid, process.log_path)
    finally:
        emulator_process.stop(process)


def test_only_items_whose_time_has_come_are_deleted(sweeping_emulator: Emulator) -> None:
    client, now = sweeping_emulator.client("dynamodb"), int(time.time())
    client.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    values = {
        "expired": {"N": str(now - 60)},
        "not yet": {"N": str(now + 3600)},
        "six years ago": {"N": str(now - 6 * 365 * 24 * 3600)},
        "a string": {"S": str(now - 60)},
    }
    client.put_item(TableName="t", Item={"pk": {"S": "without"}})
    for key, value in values.items():
        client.put_item(TableName="t", Item={"pk": {"S": key}, "expiresAt": value})
    client.update_time_to_live(
        TableName="t", TimeToLiveSpecification={"AttributeName": "expiresAt", "Enabled": True}
    )

    def keys() -> set[str]:
        return {item["pk"]["S"] for item in client.scan(TableName="t")["Items"]}

    deadline = time.monotonic() + TIMEOUT_SECONDS
    while "expired" in keys() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert keys() == {"without", "not yet", "six years ago", "a string"}
