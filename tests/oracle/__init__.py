"""The second computation: every figure of a monthly report, from single requests.

Decides what a report ought to say, by reading the contract and counting requests one by one.
The one rule: nothing here imports the product (``test_stranger.py`` proves it), and every
number is a whole number or a ``Fraction``; a float never takes part in a comparison.

The way in: build a ``Case`` (facts), ask ``expected_report`` (report) for the claims, and hand
both the JSON report and the claims to ``compare`` (compare).
"""
