"""The second example of a staggered function: the SHA-256 of whatever arrives in a bucket."""
