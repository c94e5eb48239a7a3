"""Metrics that AWS's services publish by themselves, and LocalStack's lack or publish late.

    sqs         AWS/SQS: the age of the oldest message, the three depths each second, calls as they happen
    lambda_     AWS/Lambda: invocations, errors, throttles, duration, concurrency
    events      AWS/Events: what rules matched, and what came of it
    http_api    AWS/ApiGateway: counts, errors, latencies of HTTP APIs

Each module says in AWS's own words what it counts, and adds its values to CloudWatch's metric store
without a request. It answers no operation and refuses nothing. `http_api` is shown each exchange by the
gateway, which does not import it; the services of the other three call them, by patches or directly.
"""
