"""Bundles: one file for the auditor, written so that anybody can open it and read so that nobody is fooled.

The one rule: what comes out of a bundle is believed only after it was held against the manifest, and
the manifest only after it was held against the signature.
"""
