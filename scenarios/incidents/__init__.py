"""Declarations of incidents: one file, one INCIDENT. Found by `ops.lab.incidents.catalog`."""
