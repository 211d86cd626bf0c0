"""The stories of the first day: what is there, a first configuration, whether everything needed is in place."""
