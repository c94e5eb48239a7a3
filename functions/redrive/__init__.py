"""Redrive: the API that shows what is in the dead-letter queue, and starts and follows jobs. Knows the queue,
the state table and the table of jobs.
"""
