"""A file much larger than the memory that may be used for it."""

import re
from collections.abc import Iterator
from pathlib import Path

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.app.function_names import FunctionName
from ops.lab.files.csv_file import HEADER, CsvFile
from ops.lab.files.upload import Upload
from ops.lab.probes import logs
from scenarios.files.bench import Bench

# Few and wide rows: it is the bytes that count here.
ROWS, ROW_BYTES = 2_000, 100_000
MEGABYTES = 200
_PEAK = re.compile(r"Max Memory Used: (\d+) MB")


def test_a_csv_of_200_mb_is_processed_in_less_memory_than_that(bench: Bench, tmp_path: Path) -> None:
    bench.behave(ApiBehaviour(latency_min_milliseconds=0, latency_max_milliseconds=1))
    path = tmp_path / "wide.csv"
    path.write_text("".join(_lines()), encoding="utf-8")
    assert path.stat().st_size >= MEGABYTES * 1_000_000

    outcome = bench.await_end([_upload(bench, path)], within=90)

    assert (outcome.files_succeeded, outcome.rows_delivered) == (1, ROWS)
    assert outcome.proof.once
    lines = logs.lines(bench.target, FunctionName.CSV, bench.began)
    peaks = [int(found[1]) for line in lines if (found := _PEAK.search(line.message))]
    assert peaks
    assert max(peaks) < MEGABYTES


def _lines() -> Iterator[str]:
    yield ",".join(HEADER) + "\n"
    note = "x" * ROW_BYTES
    yield from (f"order-{number},customer,1.50,EUR,{note}\n" for number in range(1, ROWS + 1))


def _upload(bench: Bench, path: Path) -> Upload:
    file = CsvFile("incoming/large/wide.csv", ROWS)
    with path.open("rb") as body:
        answer = bench.target.s3.put_object(
            Bucket=bench.target.output("CsvBucketName"), Key=file.key, Body=body
        )
    etag = answer["ETag"].strip('"')
    return Upload(file, answer.get("VersionId"), etag, path.stat().st_size, bench.began)
