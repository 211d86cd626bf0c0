"""What was read, kept: the store, its tables, and the proofs made of them."""
