"""Scenarios of the files pipeline, on an emulator of their own."""
