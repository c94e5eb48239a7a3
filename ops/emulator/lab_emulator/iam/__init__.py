"""IAM: whether a call that reaches the emulator would be allowed on AWS.

evaluation    policies and the decision that they lead to; knows neither LocalStack nor HTTP
"""
