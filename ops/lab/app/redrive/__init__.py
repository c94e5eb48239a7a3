"""Redriving dead letters, as an operator does it: a client of the app's API."""
