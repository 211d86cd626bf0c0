"""What planned alarms would have done over a past month: pure evaluation of kept counts."""
