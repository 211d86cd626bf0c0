"""Whether a report tells the truth: what it says held against what evidence gives.

The one rule: nothing here reads or computes a figure; both sides come as they are written, and every
difference is named with its place, what the report says and what evidence gives.
"""
