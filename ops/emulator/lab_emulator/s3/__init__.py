"""S3 whose events on EventBridge read as AWS's do.

LocalStack's bear an encoded key, and constants for requester and sequencer. All operations are LocalStack's,
and nothing is refused: `patches` puts `event_payload` in the place of theirs.
"""
