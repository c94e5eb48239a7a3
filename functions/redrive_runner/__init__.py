"""Redrive runner: carries out redrive jobs: moves dead letters back to the main queue, or parks them. Knows
the three queues, the state table and its own job.
"""
