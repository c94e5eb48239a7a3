"""Tests of CloudWatch Logs that need no emulator."""
