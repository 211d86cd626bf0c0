"""The annual statement: twelve months, each judged as its own report judges it, and the year they sum to."""
