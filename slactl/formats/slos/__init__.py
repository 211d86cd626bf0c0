"""Plans for native SLOs, as people and programs read them."""
