"""Logs and stories as pages show them: live lines, answers of Logs Insights, one event's invocations."""
