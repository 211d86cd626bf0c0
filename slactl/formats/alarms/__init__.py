"""Plans for alarms and how alarms stand: for people, for pull requests, for programs."""
