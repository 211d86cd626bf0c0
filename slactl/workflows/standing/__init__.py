"""The story of a standing: how the promises stand, for people, and what changed in a shift."""
