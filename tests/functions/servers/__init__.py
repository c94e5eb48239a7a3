"""Servers of the outside world, on a loopback port: what the functions' own clients speak to in tests.

Each answers as a test tells it, right or wrong. Sinks, which check what they get, are in `ops/lab/sinks`: the
tests of `tests/functions/stand_ins` use them.
"""
