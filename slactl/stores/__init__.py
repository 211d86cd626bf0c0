"""What is changed at AWS: alarms, put and deleted at a pace that AWS takes.

The one rule: nothing here decides what is changed; a call that fails says whether others still can succeed.
"""
