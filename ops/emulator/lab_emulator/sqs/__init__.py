"""SQS: LocalStack's, with what it leaves out.

provider       the operations
message_move   StartMessageMoveTask: each message is handed on as a new one
retention      MessageRetentionPeriod: messages end with it
"""
