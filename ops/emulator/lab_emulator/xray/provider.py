"""Provider of X-Ray: the plug-in that LocalStack loads when the first request for it arrives.

moto keeps segments too, but refuses filter expressions, answers subsegments beside their segments, holds all
that it ever got, and has no service graph: nothing of it is used.
"""

from localstack.services.plugins import Service, aws_provider


class XrayProvider:
    """Names the service for LocalStack; what it does is in the dispatch table."""

    service = "xray"


@aws_provider(api="xray", name="default")
def xray() -> Service:
    """Start the API."""
    return Service.for_provider(XrayProvider(), dispatch_table_factory=lambda _: dispatch_table())


def dispatch_table():
    """Return which function answers which operation: those of botocore's model, refused unless a class of
    `operations` has them. LocalStack generates no API class for xray."""
    from localstack.aws.skeleton import create_dispatch_table
    from localstack.aws.spec import load_service

    from lab_emulator.xray.operations import SamplingRules, Segments, Traces, refuse
    from lab_emulator.xray.tracing import tracing

    table = dict.fromkeys(load_service("xray").operation_names, refuse)
    store = tracing().store
    for operations in (Segments(store), Traces(store), SamplingRules(tracing().sampler)):
        table.update(create_dispatch_table(operations))
    return table
