"""Packs for what is there: which fit, with which variables, and why the others don't.

The one rule: nothing is proposed that the account does not show, and nothing that it would not tell is called absent.
"""
