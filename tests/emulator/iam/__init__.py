"""Permissions of an emulator that enforces them."""
