"""The `lab` command: a client of AWS APIs that brings the app up, breaks it, watches it and repairs it."""
