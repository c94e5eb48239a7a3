"""CloudWatch metrics and alarms: what LocalStack's own lacks or gets wrong."""
