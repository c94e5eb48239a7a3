"""EventBridge that delivers as on AWS: retries with backoff, then a dead-letter queue, and counts both.

LocalStack tries each target once, one after the other, and logs a failure.

    provider      matches an event to the rules and has a delivery made for each target
    scheduler     fires the rules that have a schedule
    courier       attempts deliveries and puts failed ones off, on threads of its own
    failure       which errors are retried, and by which code AWS knows them
    retry_policy  how often, for how long, at which intervals
    http_target   lets an error status of an API destination be a failure
    dead_letters  the queue for what could not be delivered
"""
