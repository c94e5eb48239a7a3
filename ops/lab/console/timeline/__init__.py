"""Timeline: what happened in the ingestion pipeline over a span of time, from metrics, alarms and journals.

`timeline` puts it together for a page: the curves of `charts`, read by `metric_history`; the alarms' `lanes`;
and `marks` of what was done meanwhile: actions, deployments, drills.
"""
