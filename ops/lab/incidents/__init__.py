"""Incidents: something is wrong, nobody says what; find it, repair it, prove that it is over.

A declaration in `scenarios/incidents` is data; here is what starts it, watches it, and scores it.
"""
