"""Switches the failure mode off."""
