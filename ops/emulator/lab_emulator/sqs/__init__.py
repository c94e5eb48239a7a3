"""SQS: LocalStack's, with what it leaves out.

    provider       the operations
    limits         what AWS refuses in queues and messages, and LocalStack takes
    message_move   StartMessageMoveTask: each message is handed on as a new one
    retention      MessageRetentionPeriod: messages end with it

The part refuses nothing that AWS takes.
"""
