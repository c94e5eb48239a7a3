"""Accepts events over HTTP and queues them."""
