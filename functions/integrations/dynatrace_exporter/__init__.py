"""Exports the pipelines' CloudWatch metrics to Dynatrace."""
