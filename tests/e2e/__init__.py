"""The whole way of a figure, from single requests over HTTP to the JSON report."""
