"""The rules of the agreement: pure functions from nouns and counts to verdicts.

The one rule: nothing here reads, prints or knows what time it is; whatever a figure depends on is an
argument.
"""
