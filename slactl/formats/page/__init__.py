"""What the page shows, chapter by chapter, as strings and geometry: templates compute nothing.

The one rule: each module prepares one chapter from the report; whatever stands in a picture stands
in a table too.
"""
