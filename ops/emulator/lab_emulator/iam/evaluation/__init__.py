"""The evaluation of IAM policies, as the IAM user guide documents it. It knows neither LocalStack nor HTTP.

    policy_document        a policy, parsed once; its JSON is read by policy_grammar
    statement              one permission, made of a principal_element and conditions
    condition              one test of the request's context; how values compare is in condition_operators,
                           how they are written in condition_values
    text_pattern           wildcards and policy variables; several at once are a pattern_set
    principal              who calls
    authorization_request  what a call asks for
    policy_evaluation      the policies that apply, and the decision they lead to
    decision               the outcome, and which policy brought it about
    access_denied_message  a decision in AWS's words
    least_policy           the policy that what was seen needs, and the statement that is missing

It is written here because no library does it. moto's access control says itself that it is incomplete: it
asks no resource's policy and no boundary, resolves no variable, and denies where the condition of an Allow
does not hold. On PyPI, npkt evaluates service control policies alone, and iam-ape and policyuniverse expand
and compare policies. npm's iam-simulate does decide, but is under AGPL, and each call would go through Node.

Service control policies, endpoint policies, KMS grants and sessions of GetFederationToken are not evaluated.

Where AWS's documentation is silent: of several policies that deny, the message names an identity's, then the
resource's, the boundary, the session's; `NotPrincipal` excepts those that it lists by session, role or
account; a key with several values satisfies no operator without ForAllValues or ForAnyValue; a value that is
not of the operator's type satisfies none, a negated one neither; IfExists holds for a missing key under
ForAnyValue.
"""
