"""The evaluation of IAM policies for one account, as the IAM user guide documents it.

principal               who calls
authorization_request   what a call asks for
policy_evaluation       the policies that apply to it, and the decision
decision                the outcome, and which policy brought it about
"""
