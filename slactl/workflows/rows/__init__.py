"""Rows of the report: one file for each kind of indicator, from surveys to judged figures."""
