"""EventBridge that delivers as on AWS: retries with backoff, then a dead-letter queue, and counts both.

LocalStack tries each target once, one after the other, logs a failure, and looks at schedules once a minute.
Answers PutRule, for the sake of its schedule, and does what follows PutEvents; the rest is LocalStack's.
Refuses what is no schedule of AWS's: ValidationException.

    provider         matches an event to the rules and has a delivery made for each target
    cron_expression  reads cron(…): which minutes it names
    rule_schedule    reads schedules and fires the rules that have one
    target_delivery  attempts deliveries, puts failed ones off, parks what could not be delivered
    retry_policy     which errors are retried, how often, for how long, at which intervals
    http_target      lets an error status of an API destination be a failure
"""
