"""CloudWatch Logs with filters and queries that are read.

Of LocalStack's, every metric filter of a region counts every event of every group and takes `$.field` for 1,
patterns match everything, a query's answer is every event whatever it asks, saved queries are lacking, and
PutLogEvents waits for subscribers.
Answers PutLogEvents, DeleteLogGroup, PutMetricFilter, TestMetricFilter, PutSubscriptionFilter,
FilterLogEvents, StartQuery, GetQueryResults, StopQuery, DescribeQueries, GetLogRecord, Put-, Describe- and
DeleteQueryDefinition(s), TagResource; the rest is stock.
Refuses what is no filter pattern, space-delimited patterns, groups in regular expressions, a metric filter
with more than three dimensions, or with dimensions and a default value.

    provider             the operations
    filter_pattern       what a pattern says; terms are in text_filter_pattern,
                         paths into JSON in property_selector
    metric_filters       what is counted of the events that match
    subscriptions        which functions get the events that match
    query_definitions    saved queries
    insights             queries: the language, and how they run
    vended_logs          the lines that HTTP APIs and state machines log
    function_log_group   the group that a function is configured to log to
"""
