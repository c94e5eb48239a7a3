"""CloudFormation: resource types that LocalStack lacks, and those whose updates it drops.

A type that is missing joins through LocalStack's plug-in point. One that LocalStack has, but
gets wrong, is listed in `registry`: LocalStack keeps whichever plug-in it finds first for a name.
"""
