"""Explaining a figure: from the same reads and the same judging as the report, never by a second arithmetic."""
