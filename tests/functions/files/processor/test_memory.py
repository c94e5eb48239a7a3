"""The memory that a file takes does not depend on its size."""

import subprocess
import sys

_LIMIT_MEGABYTES = 200
# 200 MB by rows of 1 kB, as S3 would stream them, through the reader, the batches and the delivery, to an API
# that takes no time. In a process of its own, since `ru_maxrss` is the peak of a whole life; and forked once
# more, since on Linux that life begins before `exec`, as a copy of pytest.
_SCRIPT = """
import os
import resource
import sys

if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))

from concurrent.futures import ThreadPoolExecutor
from itertools import chain, repeat

from functions.common.clock import Deadline
from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.csv_rows import Columns, RowBatches, read_records
from functions.files.processor.row_delivery import RowDelivery
from functions.files.processor.simulated_api import SimulatedApi
from functions.files.processor.text_lines import Lines

row = b"o1,Ann,1.50," + b"x" * 1_011 + b"\\n"
chunk = row * 256
body = chain([b"order_id,customer,amount,note\\n"], repeat(chunk, 200_000_000 // len(chunk)))
records = read_records(Lines(body))
columns = Columns.of_header(next(records)[0])
batches = RowBatches(records, 1, 0)
with ThreadPoolExecutor(10) as threads:
    api = SimulatedApi(lambda: ApiBehaviour(latency_min_milliseconds=0, latency_max_milliseconds=0))
    delivery = RowDelivery(api, 10, threads, Deadline(lambda: 900_000))
    rows = 0
    while not batches.is_exhausted():
        rows += len(delivery.send(batches.take(1000).rows, "incoming/a.csv", columns).delivered)
unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2)
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
"""


def test_200_megabytes_are_sent_with_less_than_200_megabytes_of_memory() -> None:
    script = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    rows, peak_bytes = map(int, script.stdout.split())
    assert rows > 195_000
    assert peak_bytes < _LIMIT_MEGABYTES * 1_000_000
