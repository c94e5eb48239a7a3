"""Rounds of the files pipeline: objects of a bucket, processed a few at a time. `processor` is the construct.

The rest are its parts. Knows what a round needs of its function, and not what that function does.
"""
