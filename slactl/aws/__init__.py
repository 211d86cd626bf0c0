"""The only room that builds boto3 clients; failures are translated once, here."""
