"""Integrations: mail, Splunk, Dynatrace. Know the parts of a pipeline that they observe, not its stacks."""
