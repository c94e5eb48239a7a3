"""Wakes the rounds: on the arrival of a file, and on a schedule as the last resort."""
