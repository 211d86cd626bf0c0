"""What should ring, and what would have to change: pure rules, no AWS."""
