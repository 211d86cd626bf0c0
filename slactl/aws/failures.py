"""AWS errors in slactl's words: what happened, where, and what to do.

The one rule: branch on code strings, in the old and the new spelling, because most errors are not
modelled; an error that makes every read hopeless is raised, anything else becomes a gap.
"""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from slactl.aws.strangers import NotAws

DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
BAD_IDENTITY = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "IncompleteSignature",
    }
)
STRANGER = "check AWS_ENDPOINT_URL, the region and whether a proxy stands in between"
CLOCK = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})


class AwsFailure(Exception):
    """An AWS error that ends the run: ``message`` says what happened and where, ``hint`` what to do."""

    def __init__(self, message: str, hint: str, code: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.code = message, hint, code


def code_of(error: Exception) -> str:
    """The error's code string, or its class name where AWS never answered."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__


def is_denied(error: Exception) -> bool:
    """Whether AWS knows the caller and refuses the call."""
    return code_of(error) in DENIED


def hopeless(error: Exception) -> bool:
    """Whether no other read can succeed either."""
    if isinstance(error, ClientError):
        return code_of(error) in EXPIRED | BAD_IDENTITY | CLOCK
    return not isinstance(error, HTTPClientError) or isinstance(error, BotoConnectionError)


def translate(error: ClientError | BotoCoreError, doing: str) -> AwsFailure:
    """The failure to show for an error met while ``doing`` something ("reading metrics")."""
    code = code_of(error)
    message, hint = _told(error, code)
    return AwsFailure(f"{doing}: {message}", hint, code)


def _told(error: Exception, code: str) -> tuple[str, str]:
    if isinstance(error, ClientError):
        return _answered(error, code)
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return (
            "no AWS credentials were found",
            "set AWS_PROFILE, sign in with `aws sso login`, or name aws.profile in slactl.yaml",
        )
    if isinstance(error, NoRegionError):
        return "no AWS region is set", "set AWS_REGION or aws.region in slactl.yaml"
    if isinstance(error, ProfileNotFound):
        return str(error), "check aws.profile in slactl.yaml and ~/.aws/config"
    if isinstance(error, HTTPClientError | BotoConnectionError):
        return f"the endpoint could not be reached ({code})", "check the network, the region and AWS_ENDPOINT_URL"
    in_between = isinstance(error, NotAws)
    return f"{error}", STRANGER if in_between else "run again with --verbose; `slactl doctor` checks what is needed"


def _answered(error: ClientError, code: str) -> tuple[str, str]:
    said = str(error.response.get("Error", {}).get("Message", "")).strip()
    operation = error.operation_name
    text = f"{operation} answered {code}" + (f": {said}" if said else "")
    if code in DENIED:
        return text, f"the caller may not call {operation}; add it to the role's policy"
    if code in EXPIRED:
        return text, "the credentials have expired; sign in again"
    if code in BAD_IDENTITY:
        return text, "the credentials are not valid for this account and region"
    if code in CLOCK:
        return text, "this machine's clock is off; set it"
    return text, "try again later; `slactl doctor` checks what is needed"
