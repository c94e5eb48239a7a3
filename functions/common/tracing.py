"""Tracer of the functions, by X-Ray.

Lambda's active tracing records the invocation by itself; patching botocore adds one subsegment for each AWS
call, which is where the time goes. Only botocore is patched: patching everything imports everything.
Outside Lambda, where no trace is open, Powertools disables the tracer.
"""

from functools import cache

from aws_lambda_powertools.tracing import Tracer


@cache
def get_tracer() -> Tracer:
    """Service name comes from Powertools' variable, which infra sets."""
    return Tracer(patch_modules=("botocore",))
