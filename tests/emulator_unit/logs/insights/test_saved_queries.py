"""The ten saved queries of ops/queries, against counting the same events in Python."""

import json
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lab_emulator.logs.insights.log_record import LogRecord
from tests.emulator_unit.logs.insights.answers import T0, Row, ask

QUERIES = Path(__file__).resolve().parents[4] / "ops" / "queries" / "cloudwatch-insights"
NAMES = sorted(path.stem for path in QUERIES.glob("*.txt"))
MINUTE = 60_000
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Written:
    """One line of a function's log, as it was made: `fields` of a JSON line, `report` of Lambda's."""

    at: int
    log: str
    text: str
    fields: dict[str, Any]
    report: dict[str, float] | None = None


def write_log(count: int, seed: int = 12) -> list[Written]:
    """What ingest and worker would log for an hour: records, errors, duplicates, reports, time-outs."""
    chance = random.Random(seed)
    return [_line(chance, T0 + number * 3_600_000 // count) for number in range(count)]


def _line(chance: random.Random, at: int) -> Written:
    service = chance.choice(["ingest", "worker"])
    log, kind = f"000000000000:/aws/lambda/{service}", chance.random()
    request = f"{chance.randrange(200):08d}-0000-4000-8000-000000000000"
    if kind < 0.2:
        duration, memory = chance.randrange(100, 90_000) / 100, chance.randrange(40, 128)
        start = chance.randrange(10_000, 60_000) / 100 if chance.random() < 0.3 else None
        init = "" if start is None else f"Init Duration: {start:.2f} ms\t"
        text = (
            f"REPORT RequestId: {request}\tDuration: {duration:.2f} ms\t"
            f"Billed Duration: {duration + 1:.0f} ms\tMemory Size: 128 MB\t"
            f"Max Memory Used: {memory} MB\t{init}\n"
        )
        report = {"duration": duration, "memory": memory} | ({} if start is None else {"init": start})
        return Written(at, log, text, {}, report)
    if kind < 0.25:
        return Written(
            at, log, f"2026-11-28T09:30:00.000Z {request} Task timed out after 3.00 seconds\n\n", {}
        )
    fields: dict[str, Any] = {"level": "INFO", "service": service, "requestId": request, "message": "record"}
    fields["idempotencyKey"] = f"key-{chance.randrange(60)}"
    if kind < 0.6:
        fields |= {"processed": True, "latencyMs": chance.randrange(1, 400) / 4}
    elif kind < 0.75:
        fields |= {"duplicate": True, "latencyMs": chance.randrange(1, 40)}
    elif kind < 0.95:
        error = chance.choice(["SchemaValidationError", "DownstreamError"])
        fields |= {"level": "ERROR", "errorType": error, "errorCategory": error[:5].upper()}
        fields["receiveCount"] = chance.randrange(1, 6)
    return Written(at, log, json.dumps(fields) + "\n", fields)


LOG = write_log(4000)


def answer(name: str, **replaced: str) -> list[Row]:
    text = (QUERIES / f"{name}.txt").read_text()
    for old, new in replaced.items():
        text = text.replace(old.replace("_", "-"), new)
    found = [
        LogRecord(line.at, line.at + 5, line.text, "s", line.log, number) for number, line in enumerate(LOG)
    ]
    return ask(text, found)


def grouped(lines: Iterable[Written], key: Callable[[Written], Key]) -> dict[Key, list[Written]]:
    groups: dict[Key, list[Written]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups


def clock(milliseconds: int) -> str:
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03d}"


def bucket(line: Written, minutes: int) -> str:
    return clock(line.at // (minutes * MINUTE) * minutes * MINUTE)


def has(line: Written, *names: str) -> bool:
    return any(name in line.fields for name in names)


def count(lines: Iterable[Written], name: str) -> int:
    return sum(name in line.fields for line in lines)


def near(number: float) -> Any:
    return pytest.approx(number, abs=0.00005001)


def nearest_rank(values: list[float], percent: int) -> float:
    return sorted(values)[max(-(-len(values) * percent // 100), 1) - 1]


def by_key(rows: list[Row], *names: str) -> dict[Key, Row]:
    keyed = {tuple(row.get(name) for name in names): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def test_there_are_ten_queries_and_each_is_tried_here() -> None:
    tried = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert len(NAMES) == 10
    assert set(NAMES) <= tried


def test_cold_starts() -> None:
    rows = by_key(answer("cold-starts"), "@log", "bin(15m)")
    expected = grouped((line for line in LOG if line.report), lambda line: (line.log, bucket(line, 15)))
    assert rows.keys() == expected.keys()
    for key, lines in expected.items():
        reports = [line.report or {} for line in lines]
        starts = [report["init"] for report in reports if "init" in report]
        row = rows[key]
        assert (row["invocations"], row["cold_starts"]) == (str(len(lines)), str(len(starts)))
        assert float(row["average_init_ms"]) == near(statistics.fmean(starts))
        assert float(row["slowest_init_ms"]) == max(starts)
        assert float(row["p95_duration_ms"]) == nearest_rank([report["duration"] for report in reports], 95)
        assert float(row["memory_used_mb"]) == max(report["memory"] for report in reports)


def test_error_analysis() -> None:
    rows = answer("error-analysis")
    kinds = ("service", "errorType", "errorCategory")
    expected = grouped(
        (line for line in LOG if has(line, "errorType")),
        lambda line: tuple(line.fields[kind] for kind in kinds),
    )
    assert by_key(rows, *kinds).keys() == expected.keys()
    for key, lines in expected.items():
        row = by_key(rows, *kinds)[key]
        assert row["failures"] == str(len(lines))
        assert row["events"] == str(len({line.fields["idempotencyKey"] for line in lines}))
        assert row["last"] == clock(max(line.at for line in lines))
    failures = [int(row["failures"]) for row in rows]
    assert failures == sorted(failures, reverse=True)


def test_error_timeline() -> None:
    rows = by_key(answer("error-timeline"), "bin(5m)", "errorType")
    expected = grouped(
        (line for line in LOG if has(line, "errorType")),
        lambda line: (bucket(line, 5), line.fields["errorType"]),
    )
    assert {key: row["failures"] for key, row in rows.items()} == {
        key: str(len(lines)) for key, lines in expected.items()
    }


def test_event_trace() -> None:
    rows = answer("event-trace", REPLACE_WITH_THE_KEY="key-7")
    expected = [line for line in LOG if line.fields.get("idempotencyKey") == "key-7"]
    assert [row["@timestamp"] for row in rows] == [clock(line.at) for line in expected]
    assert [row.get("errorType") for row in rows] == [line.fields.get("errorType") for line in expected]


def test_failure_mode_investigation() -> None:
    rows = by_key(answer("failure-mode-investigation"), "bin(1m)")
    told = [line for line in LOG if has(line, "processed", "duplicate", "errorType")]
    expected = grouped(told, lambda line: (bucket(line, 1),))
    assert rows == {
        key: {
            "bin(1m)": key[0],
            "succeeded": str(count(lines, "processed")),
            "duplicates": str(count(lines, "duplicate")),
            "failed": str(count(lines, "errorType")),
        }
        for key, lines in expected.items()
    }


def test_idempotency_patterns() -> None:
    rows = by_key(answer("idempotency-patterns"), "idempotencyKey")
    told = [line for line in LOG if has(line, "processed", "duplicate")]
    groups = grouped(told, lambda line: (line.fields["idempotencyKey"],))
    expected = {
        key: lines
        for key, lines in groups.items()
        if count(lines, "duplicate") > 0 or count(lines, "processed") > 1
    }
    assert rows == {
        key: {
            "idempotencyKey": key[0],
            "times_processed": str(count(lines, "processed")),
            "times_skipped": str(count(lines, "duplicate")),
            "first": clock(min(line.at for line in lines)),
            "last": clock(max(line.at for line in lines)),
        }
        for key, lines in expected.items()
    }


def test_partial_batch() -> None:
    rows = answer("partial-batch")
    told = [
        line
        for line in LOG
        if line.fields.get("service") == "worker" and has(line, "processed", "duplicate", "errorType")
    ]
    expected = sorted(
        (
            (count(lines, "errorType"), len(lines), count(lines, "processed"), count(lines, "duplicate"))
            for lines in grouped(told, lambda line: (line.fields["requestId"],)).values()
            if len(lines) > count(lines, "errorType") > 0
        ),
        reverse=True,
    )[:100]
    names = ("failed", "records", "succeeded", "duplicates")
    found = [tuple(int(row[name]) for name in names) for row in rows]
    assert [row[0] for row in found] == [row[0] for row in expected]
    # Of those with as few failures as the last one, any may be among the hundred.
    least = expected[-1][0]
    assert sorted(row for row in found if row[0] > least) == sorted(row for row in expected if row[0] > least)


def test_performance() -> None:
    rows = by_key(answer("performance"), "service", "bin(5m)")
    measured = [line for line in LOG if has(line, "latencyMs")]
    expected = grouped(measured, lambda line: (line.fields["service"], bucket(line, 5)))
    assert rows.keys() == expected.keys()
    for key, lines in expected.items():
        latencies = [float(line.fields["latencyMs"]) for line in lines]
        row = {name: float(value) for name, value in rows[key].items() if name not in ("service", "bin(5m)")}
        assert row == {
            "records": len(lines),
            "average_ms": near(statistics.fmean(latencies)),
            "p50_ms": nearest_rank(latencies, 50),
            "p95_ms": nearest_rank(latencies, 95),
            "slowest_ms": max(latencies),
        }


def test_poison_trace() -> None:
    rows = answer("poison-trace")
    failed = grouped(
        (line for line in LOG if has(line, "errorType")), lambda line: (line.fields["idempotencyKey"],)
    )
    expected = {key: lines for key, lines in failed.items() if len(lines) > 1}
    assert len(rows) == min(len(expected), 50)
    for row in rows:
        lines = expected[(row["idempotencyKey"],)]
        assert row["failures"] == str(len(lines))
        assert row["deliveries"] == str(max(line.fields["receiveCount"] for line in lines))
        assert row["last_error"] == lines[-1].fields["errorType"]
        assert (row["first"], row["last"]) == (clock(lines[0].at), clock(lines[-1].at))
    assert [int(row["failures"]) for row in rows] == sorted(map(len, expected.values()), reverse=True)[:50]


def test_timeouts() -> None:
    rows = by_key(answer("timeouts"), "@log", "bin(5m)")
    killed = [line for line in LOG if "Task timed out" in line.text]
    expected = grouped(killed, lambda line: (line.log, bucket(line, 5)))
    assert {key: (row["time_outs"], row["after_seconds"]) for key, row in rows.items()} == {
        key: (str(len(lines)), "3.00") for key, lines in expected.items()
    }
