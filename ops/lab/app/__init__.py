"""The deployed app as a client sees it, on LocalStack or AWS: by stack outputs and AWS APIs alone."""
