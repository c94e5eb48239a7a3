"""Operations of Logs Insights: StartQuery, GetQueryResults, StopQuery, DescribeQueries, GetLogRecord."""

import time
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.logs import (
    DescribeQueriesRequest,
    DescribeQueriesResponse,
    GetLogRecordRequest,
    GetLogRecordResponse,
    GetQueryResultsRequest,
    GetQueryResultsResponse,
    InvalidParameterException,
    LimitExceededException,
    MalformedQueryException,
    QueryCompileError,
    QueryCompileErrorLocation,
    QueryInfo,
    QueryLanguage,
    ResourceNotFoundException,
    ResultField,
    StartQueryRequest,
    StartQueryResponse,
    StopQueryRequest,
    StopQueryResponse,
)
from localstack.services.logs.models import get_moto_logs_backend

from lab_emulator.logs.insights import query_run
from lab_emulator.logs.insights.compiled_query import MAX_ROWS, CompiledQuery
from lab_emulator.logs.insights.log_record import LogRecord, all_fields
from lab_emulator.logs.insights.malformed_query import MalformedQuery
from lab_emulator.logs.insights.query_run import QueryRun
from lab_emulator.logs.insights.record_pointer import RecordPointer
from lab_emulator.logs.insights.scope import QueryWindow

# API reference, StartQuery.
MAX_LOG_GROUPS = 50
MAX_QUERY_LENGTH = 10_000
_GROUP_PARAMETERS = ("logGroupName", "logGroupNames", "logGroupIdentifiers")
# The year 5138 in seconds, and 1973 in milliseconds: a time above it is meant in milliseconds.
_LATEST_SECOND = 10**11
_PAGE = 1000


class InsightsOperations:
    """Part of the provider of CloudWatch Logs that answers queries."""

    @handler("StartQuery", expand=False)
    def start_query(self, context: RequestContext, request: StartQueryRequest) -> StartQueryResponse:
        if request.get("queryLanguage") not in (None, QueryLanguage.CWLI):
            raise InvalidParameterException(
                "queryLanguage: the emulator knows CWLI alone, neither SQL nor PPL"
            )
        if len(request["queryString"]) > MAX_QUERY_LENGTH:
            raise InvalidParameterException(f"queryString has at most {MAX_QUERY_LENGTH} characters")
        names = _group_names(context, request)
        window, limit = _window(request), _limit(request)
        groups = _moto_groups(context, names)
        query = request["queryString"]
        try:
            run = QueryRun(query, names, CompiledQuery(query, window), limit)
        except MalformedQuery as error:
            location = QueryCompileErrorLocation(startCharOffset=error.start, endCharOffset=error.end)
            compile_error = QueryCompileError(location=location, message=error.message)
            raise MalformedQueryException(error.message, queryCompileError=compile_error) from error
        if not query_run.keep(context.account_id, context.region, run):
            raise LimitExceededException(f"There are {query_run.MAX_RUNNING} queries at work already.")
        run.start(context.account_id, groups, window)
        return StartQueryResponse(queryId=run.id)

    @handler("GetQueryResults", expand=False)
    def get_query_results(
        self, context: RequestContext, request: GetQueryResultsRequest
    ) -> GetQueryResultsResponse:
        run = _find(context, request["queryId"])
        status = run.status  # before the results, which are complete once it says so
        return GetQueryResultsResponse(
            queryLanguage=QueryLanguage.CWLI,
            results=[[ResultField(field=name, value=value) for name, value in row] for row in run.results],
            statistics=run.statistics,
            status=status,
        )

    @handler("StopQuery", expand=False)
    def stop_query(self, context: RequestContext, request: StopQueryRequest) -> StopQueryResponse:
        if not _find(context, request["queryId"]).stop():
            # "If the query has already ended, the operation returns an error" (API reference).
            raise InvalidParameterException(f"Query {request['queryId']} is not running: it has ended.")
        return StopQueryResponse(success=True)

    @handler("DescribeQueries", expand=False)
    def describe_queries(
        self, context: RequestContext, request: DescribeQueriesRequest
    ) -> DescribeQueriesResponse:
        if request.get("queryLanguage") not in (None, QueryLanguage.CWLI):
            return DescribeQueriesResponse(queries=[])
        group, status = request.get("logGroupName"), request.get("status")
        found = [
            run
            for run in query_run.newest_first(context.account_id, context.region)
            if (not group or group in run.groups) and (not status or run.status == status)
        ]
        start = _offset(request.get("nextToken"))
        end = start + (request.get("maxResults") or _PAGE)
        response = DescribeQueriesResponse(queries=[_info(run, group) for run in found[start:end]])
        if end < len(found):
            response["nextToken"] = str(end)
        return response

    @handler("GetLogRecord", expand=False)
    def get_log_record(self, context: RequestContext, request: GetLogRecordRequest) -> GetLogRecordResponse:
        if request.get("unmask"):
            raise InvalidParameterException("unmask: the emulator has no data protection policies")
        try:
            pointer = RecordPointer.read(request["logRecordPointer"])
        except ValueError as error:
            raise InvalidParameterException("The specified log record pointer is invalid.") from error
        group = get_moto_logs_backend(context.account_id, context.region).groups.get(
            pointer.log.partition(":")[2]
        )
        stream = group.streams.get(pointer.stream) if group else None
        for event in list(stream.events) if stream else ():
            if event.event_id == pointer.event_id:
                record = LogRecord(
                    event.timestamp,
                    event.ingestion_time,
                    event.message,
                    pointer.stream,
                    pointer.log,
                    event.event_id,
                )
                fields = {name: str(value) for name, value in all_fields(record).items()}
                return GetLogRecordResponse(logRecord=fields | {"@ptr": request["logRecordPointer"]})
        raise ResourceNotFoundException("The specified log event does not exist.")


def _group_names(context: RequestContext, request: StartQueryRequest) -> list[str]:
    """The groups of exactly one of the parameters; an identifier may be the ARN of a group."""
    given = [name for name in _GROUP_PARAMETERS if request.get(name)]
    if len(given) != 1:
        raise InvalidParameterException(
            f"A query takes exactly one of {', '.join(_GROUP_PARAMETERS)}: the emulator knows no SOURCE."
        )
    value: Any = request.get(given[0])
    names = [value] if isinstance(value, str) else list(dict.fromkeys(value))
    if len(names) > MAX_LOG_GROUPS:
        raise InvalidParameterException(f"A query takes at most {MAX_LOG_GROUPS} log groups.")
    return [_name_of(context, each) for each in names]


def _name_of(context: RequestContext, identifier: str) -> str:
    if not identifier.startswith("arn:"):
        return identifier
    here, separator, name = identifier.partition(":log-group:")
    if not separator or here.split(":")[3:] != [context.region, context.account_id]:
        raise ResourceNotFoundException(f"{identifier} is no log group of this account and region")
    return name.removesuffix(":*")


def _moto_groups(context: RequestContext, names: list[str]) -> list[Any]:
    known = get_moto_logs_backend(context.account_id, context.region).groups
    for name in names:
        if name not in known:
            raise ResourceNotFoundException(
                f"Log group '{name}' does not exist for account ID '{context.account_id}'"
            )
    return [known[name] for name in names]


def _window(request: StartQueryRequest) -> QueryWindow:
    """Both ends belong to it: "The range is inclusive" (API reference, StartQuery)."""
    start, end = int(request["startTime"]), int(request["endTime"])
    if start < 0 or max(start, end) >= _LATEST_SECOND:
        raise InvalidParameterException("startTime and endTime are in seconds since the epoch.")
    if end < start:
        raise InvalidParameterException("endTime is before startTime.")
    return QueryWindow(start * 1000, end * 1000, int(time.time() * 1000))


def _limit(request: StartQueryRequest) -> int:
    limit = request.get("limit")
    if limit is None:
        return MAX_ROWS
    if not 1 <= limit <= MAX_ROWS:
        raise InvalidParameterException(f"limit is between 1 and {MAX_ROWS}.")
    return limit


def _find(context: RequestContext, run_id: str) -> QueryRun:
    run = query_run.find(context.account_id, context.region, run_id)
    if run is None:
        raise ResourceNotFoundException(f"There is no query {run_id}.")
    return run


def _offset(token: str | None) -> int:
    try:
        return int(token or 0)
    except ValueError as error:
        raise InvalidParameterException("The specified nextToken is invalid.") from error


def _info(run: QueryRun, group: str | None) -> QueryInfo:
    return QueryInfo(
        queryLanguage=QueryLanguage.CWLI,
        queryId=run.id,
        queryString=run.query,
        status=run.status,
        createTime=run.created_ms,
        logGroupName=group or run.groups[0],
    )
