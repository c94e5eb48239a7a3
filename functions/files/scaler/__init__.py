"""Scaler: sets how many files are processed at a time, by the depth of the queue. Knows the control table and
Lambda's concurrency.
"""
