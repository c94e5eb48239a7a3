"""Tests of IAM's part that need no emulator."""
