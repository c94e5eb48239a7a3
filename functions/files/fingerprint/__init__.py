"""Fingerprint, the second example of a staggered function: the SHA-256 of what arrives in a bucket. Knows S3
and its table.
"""
