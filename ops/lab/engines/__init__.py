"""What runs an emulator for tests and measurements: a process of this machine, or a container.

`choice` is the one place that decides which.
"""
