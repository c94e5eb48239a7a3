"""Deployed state: a copy of what all services hold, kept after a deployment, and the way back to it.

LocalStack can hand its state to who saves and loads it (`localstack.state`): each provider shows its stores,
and has hooks for what works in the background. Its community edition has no one who does. Here it is done
inside the running process, in memory:

    state_resource     `/_lab/state`: keep, reset
    reset              its order: requests are held, background work ends, the copy is put back, work begins
    background_work    what works in the background: ended before, begun after
    state_containers   the stores of the services that are loaded
    state_copy         what they held, pickled, and put back into them
    object_contents    the bytes of S3's objects, which are in no store
    emptying           what a copy is rid of: messages, items, log lines, metrics, executions

The process, its port and its connections stay, and so do the speed, the mode of permissions and the sessions
of roles. A request that comes meanwhile is answered 503, one that was under way ends before.
"""
