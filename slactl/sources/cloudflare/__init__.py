"""Cloudflare as a source: counts from its GraphQL analytics, and how buckets of R2 are open to the world.

The one rule: the token goes to the one address that is configured and nowhere else; what Cloudflare refuses is a
reason, never an empty answer.
"""
