"""The story of a notification: a check and what is remembered in, notices and what to remember out."""
