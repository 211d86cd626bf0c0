"""The story of a check: a window and the targets in, one judged row for each target out."""
