"""Table of operations: which IAM actions an API operation needs, on which resources.

One TOML file a service, with its page of the Service Authorization Reference. `[operations]` has for each
operation its requirements, `ACTION RESOURCE [if MEMBER | unless MEMBER]`: the action is the service's own
where it has no prefix, the resource `*` or a name below, and the requirement counts only where the request
has the member. `[resources]` has for each name ARN templates, of which the first counts whose members the
request has; `{MEMBER|FILTER}` is a member of the request by way of a function of `member_filter`, and a
member that is an ARN is the resource by itself. Resources that no template tells are functions of
`looked_up_resource`.

requirement        one action on one kind of resource
resource_template  ARN templates
member_filter      names out of members of requests
operation_table    the files, read once
"""
