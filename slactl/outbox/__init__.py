"""What leaves the house: notices to topics, chats and webhooks, and figures to CloudWatch.

The one rule: no address and no secret is ever said, not in a message, not in a log, not in a repr.
"""
