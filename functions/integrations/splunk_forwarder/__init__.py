"""Splunk forwarder: brings the functions' logs to Splunk's HTTP Event Collector (HEC). Knows log
subscriptions, its retry queue and HEC.
"""
