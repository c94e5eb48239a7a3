"""Reset: switches the failure mode off. Knows SSM alone."""
