"""The local lab: brings LocalStack and the app up on this machine, and down. Knows processes and the CDK."""
