"""What a drill may change: small verbs on a target, each of which knows how to put back what it changed."""
