"""Error responses of the API: a stable code for programs, and a text for people, which may change.

docs/reference/error-codes.md lists the codes; a test keeps the list complete.
"""

from dataclasses import dataclass
from enum import StrEnum, auto

# When a client should retry what an unavailable server has refused.
RETRY_AFTER_SECONDS = 5


class ErrorCode(StrEnum):
    """The codes of error responses. A code never changes its meaning."""

    ACCOUNT_EXISTS = auto()
    ACCOUNT_UNKNOWN = auto()
    BATCH_EMPTY = auto()
    BATCH_TOO_LONG = auto()
    BODY_NOT_ARRAY = auto()
    BODY_NOT_JSON = auto()
    BODY_TOO_COMPLEX = auto()
    BODY_TOO_DEEP = auto()
    BODY_TOO_LARGE = auto()
    CLASS_CREATION_FORBIDDEN = auto()
    CLASS_ID_TAKEN = auto()
    CLASS_KEY_REQUIRED = auto()
    CLASS_MISMATCH = auto()
    CLASS_UNAVAILABLE = auto()
    CLASS_UNREGISTERED = auto()
    CODE_INVALID = auto()
    COMMAND_INVALID = auto()
    CONNECTION_UNKNOWN = auto()
    CONTENT_TYPE_UNSUPPORTED = auto()
    CREDENTIALS_INVALID = auto()
    EVENT_NOT_OBJECT = auto()
    EVENT_NOT_PLAIN = auto()
    EVENT_TOO_LARGE = auto()
    FIELD_IGNORED = auto()
    FIELD_INVALID = auto()
    FIELD_MISSING = auto()
    GUEST_UNKNOWN = auto()
    INTERNAL_ERROR = auto()
    KEY_FULL = auto()
    KEY_INVALID = auto()
    KEY_LOOKUP_UNAVAILABLE = auto()
    KEY_MISSING = auto()
    KEY_RATE_LIMITED = auto()
    KEY_UNKNOWN = auto()
    LAST_INSTRUCTOR = auto()
    LINK_INVALID = auto()
    MESSAGE_INVALID = auto()
    METHOD_NOT_ALLOWED = auto()
    NOT_FOUND = auto()
    NO_EVENT_ACCEPTED = auto()
    OPERATOR_HAS_NO_PASSWORD = auto()
    PAGE_FOREIGN = auto()
    PASSWORD_WEAK = auto()
    PASSWORD_WRONG = auto()
    PROVIDER_MISSING = auto()
    QUEUE_UNAVAILABLE = auto()
    REQUEST_FAILED = auto()
    REQUEST_INVALID = auto()
    ROLE_INSUFFICIENT = auto()
    ROSTER_INVALID = auto()
    SESSION_EXISTS = auto()
    SIGN_IN_EXPIRED = auto()
    SIGNED_OUT = auto()
    STORE_UNAVAILABLE = auto()
    STUDENT_CLAIMED = auto()
    STUDENT_MISMATCH = auto()
    STUDENT_NOT_ON_ROSTER = auto()
    STUDENT_RATE_LIMITED = auto()
    STUDENT_TOKEN_REQUIRED = auto()
    STUDENT_UNKNOWN = auto()
    TEAM_NOT_ALLOWED = auto()
    TOKEN_INVALID = auto()
    TOO_MANY_ATTEMPTS = auto()
    USER_ID_NOT_ALLOWED = auto()


@dataclass(frozen=True)
class Problem:
    """The body of an error response; `error` is a fixed text that is safe to show."""

    code: ErrorCode
    error: str
