"""Ingest: accepts events over HTTP by the steps validate and publish. Knows the API's requests, and SQS
through publish.
"""
