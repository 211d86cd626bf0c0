"""The nouns: frozen, standard library only, no clock and no I/O.

Times are whole seconds since the epoch in UTC; every span is half-open; counts are exact and a
ratio is only ever computed from summed counts.
"""
