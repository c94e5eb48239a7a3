"""Policies evaluated: tables of cases, each with the page of AWS's documentation that it follows."""
