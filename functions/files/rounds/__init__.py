"""Rounds: what the functions of a staggered pipeline (`infra.constructs.rounds.processor`) share. Knows the
control table, the contract of a task, and no CSV.
"""
