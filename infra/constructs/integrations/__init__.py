"""What tells services outside AWS: mail, Splunk, Dynatrace."""
