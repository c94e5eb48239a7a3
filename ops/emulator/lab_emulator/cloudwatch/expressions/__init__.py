"""Expressions of metric math, which LocalStack does not evaluate (user guide, "Using metric math").

Understands the operators, the functions in `functions`, METRICS, TIME_SERIES, FILL, and SEARCH with a schema
and exact terms. Refuses any other function, and any other search, by name.
"""
