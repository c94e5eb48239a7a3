"""Tests of what the ingestion steps share."""
