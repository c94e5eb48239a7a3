"""Sinks: local servers that check what they receive: a mail server, Splunk's HTTP Event Collector,
Dynatrace's metrics ingest. On 127.0.0.1 alone, all in one process, and each can be told to fail. Know nothing
of the pipelines.
"""
