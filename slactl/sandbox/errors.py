"""The errors AWS answers with.

The one rule: an error has two names, the old query code and the modern exception; which of them a
client sees depends on the protocol it speaks.
"""

from __future__ import annotations


class AwsError(Exception):
    """A call that is refused.

    Attributes:
        code: the old query code, such as ``Throttling``.
        modern: the exception's name in json and CBOR, such as ``ThrottlingException``.
        status: the HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400, modern: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.modern = modern or code


class ConnectionDropped(ConnectionError):
    """The connection is to be closed without an answer."""


def validation_error(message: str) -> AwsError:
    """Parameters that CloudWatch refuses."""
    return AwsError("ValidationError", message, modern="ValidationException")


def throttling(message: str = "Rate exceeded") -> AwsError:
    """A call above a quota."""
    return AwsError("Throttling", message, modern="ThrottlingException")


def internal_failure() -> AwsError:
    """A failure on AWS's side."""
    message = "The request processing has failed because of an unknown error, exception or failure."
    return AwsError("InternalFailure", message, 500)


def access_denied(caller: str, action: str) -> AwsError:
    """A caller without the permission."""
    message = f"User: {caller} is not authorized to perform: {action}"
    return AwsError("AccessDenied", message, 403, "AccessDeniedException")


def expired_token() -> AwsError:
    """Credentials that ended."""
    message = "The security token included in the request is expired"
    return AwsError("ExpiredToken", message, 403, "ExpiredTokenException")


def invalid_next_token() -> AwsError:
    """A token that was not given for this request."""
    return AwsError("InvalidNextToken", "The next token specified is invalid.")
