"""Stacks: children, grants, outputs; no logic. Know the constructs, and the stacks before them.

References flow one way: data, compute, edge, observability. The files pipeline refers to none of these.
"""
