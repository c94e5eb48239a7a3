"""Benchmarks of the lab on this machine: emulators of their own, load, costs, and a rival beside by turns."""
