"""The stacks, in the order in which references flow: data, compute, edge, observability."""
