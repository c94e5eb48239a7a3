"""Parts of drills: steady states, checks and steps that several declarations share, the lab's and others'.

Knows actions, probes and what a declaration is, and no declaration.
"""
