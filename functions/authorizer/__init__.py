"""Checks the API key: HTTP APIs have no keys of their own."""
