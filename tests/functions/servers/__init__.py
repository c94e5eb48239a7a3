"""Servers of the outside world, on a loopback port: what the functions' own clients speak to in tests."""
