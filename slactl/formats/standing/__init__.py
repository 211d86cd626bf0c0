"""How the promises stand, for people: each target in words, as a table that programs read, and as JSON."""
