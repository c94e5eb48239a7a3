"""CloudWatch metrics and alarms, where LocalStack's own are wrong or too slow.

LocalStack matches dimensions by SQL LIKE, commits each datum to sqlite, evaluates an alarm once in Period x
EvaluationPeriods, and composite alarms, percentiles and metric math never.
Answers PutMetricData, GetMetricData, GetMetricStatistics, ListMetrics; PutMetricAlarm, PutCompositeAlarm,
DeleteAlarms, SetAlarmState, DescribeAlarms, DescribeAlarmsForMetric, DescribeAlarmHistory. Tags,
dashboards, and EnableAlarmActions with its opposite are LocalStack's.
Refuses by name: anomaly detection, trimmed means and their like, ActionsSuppressor, functions of metric math
that `expressions.functions` lacks, searches without a schema, SEARCH in an alarm; an alarm's action that is
neither SNS nor Lambda fails, and its history says so.

    provider, metrics_api, alarms_api    the operations
    metric_datum, metric_store           what PutMetricData takes, and where it is kept
    queries, expressions, metric_readings    what is read of it
    alarms                               when alarms are evaluated, on what, and what follows
"""
