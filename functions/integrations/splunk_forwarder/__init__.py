"""Forwards the functions' logs to Splunk's HTTP Event Collector (HEC)."""
