"""The Logs Insights queries of ops/queries, saved in the account beside the logs that they read."""

from collections.abc import Sequence
from pathlib import Path

from aws_cdk import aws_logs as logs
from constructs import Construct

QUERIES = Path(__file__).resolve().parents[2] / "ops" / "queries" / "cloudwatch-insights"


class SavedQueries(Construct):
    """One saved query a file; `error-analysis.txt` is found as `<folder>/error-analysis`."""

    def __init__(
        self, scope: Construct, id_: str, *, folder: str, log_groups: Sequence[logs.ILogGroup]
    ) -> None:
        super().__init__(scope, id_)
        for path in sorted(QUERIES.glob("*.txt")):
            # By the L1: the L2 builds a query from parts, and these are whole.
            logs.CfnQueryDefinition(
                self,
                path.stem,
                name=f"{folder}/{path.stem}",
                query_string=path.read_text(encoding="utf-8"),
                log_group_names=[group.log_group_name for group in log_groups],
            )
