"""IAM: whether a call that reaches the emulator would be allowed on AWS.

gateway_check      each call of the API, and each change of a policy
permission_check   the verdicts, recorded and enforced; for what services do inside the process, too
caller             the principal behind an access key
operations         what an operation needs, on which resources: a table
condition_context  the condition keys of a call
policy_source      where the services keep policies
authorizer         the verdict
evaluation         policies and the decision that they lead to; knows neither LocalStack nor HTTP
refusal            a service's error
call_record, iam_report, role_grants, grant_trial   what was seen, and what follows from it
iam_resource       `/_lab/iam`
"""
