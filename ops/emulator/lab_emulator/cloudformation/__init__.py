"""CloudFormation that rolls failed deployments back, and resource types that LocalStack lacks or gets wrong.

LocalStack leaves the resources of a failed deployment, counts a failed update as done, and changes nothing
when it updates many types; without a network every type is unsupported to it.
Answers no operation: CreateChangeSet, ExecuteChangeSet and their like are LocalStack's. What executes a
change set is replaced: `engine`, `resource_executor`, `provider_executor`, `rollback`.
Refuses to change in place what LocalStack cannot: the update names the property, fails and is rolled back.

A type that is missing joins through LocalStack's plug-in point. One that LocalStack has, but
gets wrong, is listed in `resource_types`: LocalStack keeps whichever plug-in it finds first for a name. One
file a service holds the providers; what they share is in `resource`.
"""
