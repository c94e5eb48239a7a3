"""Scenarios: the app on an emulator, broken, watched, repaired. Knows the lab as its user does."""
