"""What is wrong with alarms that stand, ours or not."""
