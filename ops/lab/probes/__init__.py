"""Probes: what may be looked at in a deployed app, as small questions to a target.

Each is answered by a number or a word. Knows the app's AWS clients, and nothing of drills.
"""
