"""LocalStack's community edition with what the DLQ Reliability Lab needs and it lacks.

Read in this order: `__main__` is the command that starts it, `environment` says how LocalStack is set,
`parts` lists what this package adds and checks that it is there, `patches` holds every
change to LocalStack's own code. Each folder beside them is one service. README.md, beside this package,
says how to start it and what each part answers and refuses.
"""
