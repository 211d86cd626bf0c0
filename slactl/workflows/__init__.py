"""The stories that the tool can tell, from the nouns, the rules and the ports alone."""
