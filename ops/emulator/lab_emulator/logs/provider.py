"""Provider of CloudWatch Logs: LocalStack's, with filters and queries that are read.

Stock, every metric filter of a region counts every log event of every group, and
`$.field` counts 1 (localstack/services/logs/provider.py, `put_log_events`).
"""

from collections.abc import Callable

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.logs import (
    AssociateKmsKeyRequest,
    DeleteLogGroupRequest,
    DeleteQueryDefinitionRequest,
    DeleteQueryDefinitionResponse,
    DescribeQueryDefinitionsRequest,
    DescribeQueryDefinitionsResponse,
    DisassociateKmsKeyRequest,
    FilterLogEventsRequest,
    FilterLogEventsResponse,
    InvalidParameterException,
    MetricFilterMatchRecord,
    PutLogEventsRequest,
    PutLogEventsResponse,
    PutMetricFilterRequest,
    PutQueryDefinitionRequest,
    PutQueryDefinitionResponse,
    PutSubscriptionFilterRequest,
    ResourceNotFoundException,
    TagResourceRequest,
    TestMetricFilterRequest,
    TestMetricFilterResponse,
)
from localstack.services.logs.models import get_moto_logs_backend, logs_stores
from localstack.services.logs.provider import LogsProvider
from localstack.services.moto import MotoFallbackDispatcher, call_moto, call_moto_with_request
from localstack.services.plugins import Service, aws_provider
from localstack.state import StateVisitor

from lab_emulator.logs import metric_filters, query_definitions, vended_logs
from lab_emulator.logs.filter_pattern import Pattern, parse_pattern
from lab_emulator.logs.insights import query_run
from lab_emulator.logs.insights.operations import InsightsOperations
from lab_emulator.logs.metric_filters import validate
from lab_emulator.logs.subscription_permission import REFUSAL, may_deliver
from lab_emulator.logs.subscriptions import FORWARDER
from lab_emulator.logs.text_filter_pattern import InvalidPattern, LogMessage


class LabLogsProvider(InsightsOperations, LogsProvider):
    """Metric filters, pattern checks and queries of the lab; the rest is LocalStack's."""

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        super().accept_state_visitor(visitor)
        visitor.visit(query_definitions.query_definition_stores)

    def on_before_state_load(self) -> None:
        vended_logs.forget()
        FORWARDER.forget()
        metric_filters.DEFAULT_VALUES.forget()
        query_run.stop_all()

    @handler("PutLogEvents", expand=False)
    def put_log_events(self, context: RequestContext, request: PutLogEventsRequest) -> PutLogEventsResponse:
        response = call_moto(context)
        metric_filters.count_events(
            context.account_id,
            context.region,
            request["logGroupName"],
            request["logEvents"],
            at_once=context.is_internal_call,
        )
        return response

    @handler("DeleteLogGroup", expand=False)
    def delete_log_group(self, context: RequestContext, request: DeleteLogGroupRequest) -> None:
        call_moto(context)
        # moto keeps them, and a new group of the same name would inherit them.
        backend = get_moto_logs_backend(context.account_id, context.region)
        for left in backend.describe_metric_filters(log_group_name=request["logGroupName"]):
            backend.delete_metric_filter(left["filterName"], request["logGroupName"])

    @handler("AssociateKmsKey", expand=False)
    def associate_kms_key(self, context: RequestContext, request: AssociateKmsKeyRequest) -> None:
        self._set_key(context, request, request["kmsKeyId"])

    @handler("DisassociateKmsKey", expand=False)
    def disassociate_kms_key(self, context: RequestContext, request: DisassociateKmsKeyRequest) -> None:
        self._set_key(context, request, None)

    @staticmethod
    def _set_key(
        context: RequestContext, request: AssociateKmsKeyRequest | DisassociateKmsKeyRequest, key: str | None
    ) -> None:
        """moto takes a group's key when it makes the group alone. Results of queries are not encrypted."""
        if not (name := request.get("logGroupName")):
            raise InvalidParameterException(
                "The emulator encrypts log groups alone: name one in logGroupName."
            )
        group = get_moto_logs_backend(context.account_id, context.region).groups.get(name)
        if group is None:
            raise ResourceNotFoundException("The specified log group does not exist.")
        group.kms_key_id = key

    @handler("PutMetricFilter", expand=False)
    def put_metric_filter(self, context: RequestContext, request: PutMetricFilterRequest) -> None:
        backend = get_moto_logs_backend(context.account_id, context.region)
        if request["logGroupName"] not in backend.groups:
            raise ResourceNotFoundException("The specified log group does not exist.")
        try:
            validate(request["filterPattern"], request["metricTransformations"])
        except InvalidPattern as error:
            raise InvalidParameterException(f"Invalid metric filter: {error}") from error
        # moto appends: putting a filter twice would count twice.
        backend.delete_metric_filter(request["filterName"], request["logGroupName"])
        call_moto(context)

    @handler("PutSubscriptionFilter", expand=False)
    def put_subscription_filter(self, context: RequestContext, request: PutSubscriptionFilterRequest) -> None:
        _parsed(request["filterPattern"])
        if not may_deliver(
            request["destinationArn"], request["logGroupName"], context.account_id, context.region
        ):
            raise InvalidParameterException(REFUSAL)
        group = get_moto_logs_backend(context.account_id, context.region).groups.get(request["logGroupName"])
        if group and (existing := group.subscription_filters.get(request["filterName"])):
            # moto refuses even the change of a filter where the group has the two it may have.
            existing.update(request["filterPattern"], request["destinationArn"], request.get("roleArn"))
            return
        call_moto(context)

    @handler("TestMetricFilter", expand=False)
    def test_metric_filter(
        self, context: RequestContext, request: TestMetricFilterRequest
    ) -> TestMetricFilterResponse:
        pattern = _parsed(request["filterPattern"])
        return TestMetricFilterResponse(
            matches=[
                MetricFilterMatchRecord(eventNumber=number, eventMessage=text, extractedValues={})
                for number, text in enumerate(request["logEventMessages"], start=1)
                if pattern.matches(LogMessage(text))
            ]
        )

    @handler("FilterLogEvents", expand=False)
    def filter_log_events(
        self, context: RequestContext, request: FilterLogEventsRequest
    ) -> FilterLogEventsResponse:
        _parsed(request.get("filterPattern") or "")  # refuse it here: moto would answer 500
        # AWS always merges the streams by time; moto only with `interleaved`.
        return call_moto_with_request(context, FilterLogEventsRequest(**{**request, "interleaved": True}))

    @handler("PutQueryDefinition", expand=False)
    def put_query_definition(
        self, context: RequestContext, request: PutQueryDefinitionRequest
    ) -> PutQueryDefinitionResponse:
        definition = {key: value for key, value in request.items() if key != "clientToken"}
        identifier = query_definitions.save(context.account_id, context.region, definition)
        return PutQueryDefinitionResponse(queryDefinitionId=identifier)

    @handler("DescribeQueryDefinitions", expand=False)
    def describe_query_definitions(
        self, context: RequestContext, request: DescribeQueryDefinitionsRequest
    ) -> DescribeQueryDefinitionsResponse:
        found = query_definitions.matching(context.account_id, context.region, request)
        return DescribeQueryDefinitionsResponse(queryDefinitions=found)

    @handler("DeleteQueryDefinition", expand=False)
    def delete_query_definition(
        self, context: RequestContext, request: DeleteQueryDefinitionRequest
    ) -> DeleteQueryDefinitionResponse:
        query_definitions.delete(context.account_id, context.region, request["queryDefinitionId"])
        return DeleteQueryDefinitionResponse(success=True)

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: TagResourceRequest) -> None:
        # Stock, the first tags of a resource go into a dictionary that is kept nowhere.
        logs_stores[context.account_id][context.region].TAGS.setdefault(request["resourceArn"], {})
        super().tag_resource(context, request["resourceArn"], request["tags"])


def _parsed(pattern: str) -> Pattern:
    try:
        return parse_pattern(pattern)
    except InvalidPattern as error:
        raise InvalidParameterException(f"Invalid filter pattern: {error}") from error


def pattern_matcher(pattern: str) -> Callable[[str, dict], bool]:
    """Stand in for LocalStack's `get_pattern_matcher`: FilterLogEvents and subscription filters ask it."""
    parsed = parse_pattern(pattern)
    return lambda _pattern, event: parsed.matches(LogMessage(event["message"]))


@aws_provider(api="logs", name="lab")
def logs() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_LOGS=lab` chooses."""
    return Service.for_provider(LabLogsProvider(), dispatch_table_factory=MotoFallbackDispatcher)
