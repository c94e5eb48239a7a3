"""Ingestion: what the steps of the ingestion pipeline share: event, key, outcome, the forms of the HTTP API,
and the models of their environments. Knows no step.
"""
