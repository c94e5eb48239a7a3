"""Traces of X-Ray, without an emulator: segments in, traces, summaries and graphs out."""
