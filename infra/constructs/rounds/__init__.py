"""Staggered, self-regulating processing of objects: `processor` is the construct, the rest its parts."""
