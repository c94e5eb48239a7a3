"""Dynatrace exporter: brings the pipelines' CloudWatch metrics to Dynatrace. Knows CloudWatch and its own
table, and the pipelines by the resources that it is told.
"""
