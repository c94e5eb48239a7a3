"""Engines: run an emulator for tests and measurements, as a process of this machine or as a container."""
