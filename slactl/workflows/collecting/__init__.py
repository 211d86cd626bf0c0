"""Collecting: what is kept of what CloudWatch will forget."""
