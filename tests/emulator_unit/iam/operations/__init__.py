"""Tests of the table of operations, which need no emulator."""
