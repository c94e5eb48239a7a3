"""Tests of the query language of Logs Insights: what a query answers of events that are given here."""
