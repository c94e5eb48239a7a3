"""Alarms as pages show them: lanes, curves, runbooks, and the inbox that they write to."""
