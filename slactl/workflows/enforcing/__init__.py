"""From promises to alarms that stand: what is wanted, what would change, and changing it."""
