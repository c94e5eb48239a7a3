"""Metric math: what an expression says, and what it yields (CloudWatch user guide, "Using metric math")."""
