"""LocalStack's community edition with what the DLQ Reliability Lab needs and it lacks.

Read in this order: `__main__` starts LocalStack, `environment` says how it is set,
`parts` lists what this package adds and checks that it is there, `patches` holds every
change to LocalStack's own code. Each folder beside them is one service.
"""
