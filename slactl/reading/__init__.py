"""Planning of reads: which buckets, at which resolution, packed into which calls.

Pure rules: nothing here speaks to AWS or knows the clock.
"""
