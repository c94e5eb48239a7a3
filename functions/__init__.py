"""Functions: what runs inside Lambda. Knows AWS services through boto3, and neither the CDK app nor the
emulator.
"""
