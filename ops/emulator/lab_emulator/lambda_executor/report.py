"""The lines that Lambda itself writes around a function's own output.

Source: "Log events with Python" and "Understanding the Lambda execution environment lifecycle",
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """One invocation's account. `init_seconds` is None unless this invocation started the process."""

    request_id: str
    version: str
    duration_seconds: float
    init_seconds: float | None
    memory_size_mb: int
    peak_memory_bytes: int
    status: str = ""

    def around(self, init_output: str, output: str) -> str:
        """Return the whole log of the invocation, the function's own output in its place."""
        return "".join(
            (
                _ended(init_output),
                f"START RequestId: {self.request_id} Version: {self.version}\n",
                _ended(output),
                f"END RequestId: {self.request_id}\n",
                self._report_line(),
            )
        )

    def _report_line(self) -> str:
        # AWS bills initialisation too: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
        billed_ms = math.ceil((self.duration_seconds + (self.init_seconds or 0)) * 1000)
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {self.duration_seconds * 1000:.2f} ms",
            f"Billed Duration: {billed_ms} ms",
            f"Memory Size: {self.memory_size_mb} MB",
            f"Max Memory Used: {math.ceil(self.peak_memory_bytes / 2**20)} MB",
        ]
        if self.init_seconds is not None:
            fields.append(f"Init Duration: {self.init_seconds * 1000:.2f} ms")
        if self.status:
            fields.append(self.status)
        return "\t".join(fields) + "\t\n"


def init_timeout_line(limit_seconds: float) -> str:
    """Return what AWS logs when initialisation ran out of time and starts over."""
    return f"INIT_REPORT Init Duration: {limit_seconds * 1000:.2f} ms\tPhase: init\tStatus: timeout\n"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
