"""The metrics that AWS's services publish by themselves, and LocalStack's lack or publish late.

    sqs         AWS/SQS: the age of the oldest message, the three depths each second, calls as they happen
    lambda_     AWS/Lambda: invocations, errors, throttles, duration, concurrency
    events      AWS/Events: what rules matched, and what became of it
    http_api    AWS/ApiGateway: counts, errors, latencies of HTTP APIs

Each module says in AWS's own words what it counts. All of them report by
`measurement`, and `metric_publisher` sends what they and the metric filters of Logs counted.
"""
