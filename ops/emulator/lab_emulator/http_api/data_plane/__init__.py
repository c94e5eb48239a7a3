"""Serves the HTTP APIs: an ordered list of handlers that share one `Exchange`."""
