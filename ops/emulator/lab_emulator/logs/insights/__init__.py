"""Logs Insights: queries over log groups in AWS's query language.

LocalStack answers them with every event there is.

    operations           StartQuery and the others
    query_run            one run, on a thread, and those that are kept
    log_scan             the events of a time range
    log_record           an event, and the fields that are discovered in it
    record_pointer       @ptr
    query_parser         text to syntax tree, by a grammar
    syntax_tree          what a query is made of
    malformed_query      mistakes, with their places
    compiled_query       syntax tree to stages that rows go through
    scope                which names a command may use
    expression_compiler  expressions, with comparisons, special_forms and functions
    extraction           parse, with regular_expression
    stats                groups and measures, with aggregates
    values, period       what values and periods of time are

The language is that of "CloudWatch Logs Insights language query syntax" (user guide). What is not supported
is refused, as a MalformedQueryException with its place, and never answered as another question. LocalStack is
known to operations and query_run alone.
"""
