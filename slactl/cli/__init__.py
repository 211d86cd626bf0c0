"""The only room that prints, asks, exits, and reads the environment or the clock."""
