"""Logger of the functions: JSON lines by Powertools.

One line a record or request. `message` is a short constant and everything variable is a field, since metric
filters and Insights queries read `$.errorType`, `$.processed` and `$.duplicate`, not prose.
"""

from functools import cache

from aws_lambda_powertools.logging import Logger


@cache
def get_logger() -> Logger:
    """Service name and level come from Powertools' variables, which infra sets."""
    return Logger(utc=True, use_rfc3339=True)
