"""Integrations: tell mail servers, Splunk and Dynatrace what the pipelines report. Import no pipeline."""
