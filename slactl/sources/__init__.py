"""One file for each place that numbers come from."""
