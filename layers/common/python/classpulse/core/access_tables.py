"""The tables of identity and access; they reference those of tables.py."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    func,
)

from classpulse.core.tables import Moment, Sorted, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # Lower case.
    Column("email", Sorted, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # Argon2; null if the account signs in by OpenID Connect only.
    Column("password_hash", Text),
    Column("oidc_issuer", Text),
    Column("oidc_subject", Text),
    Column("disabled_at", Moment),
    # Links and known devices of an earlier time are not valid: the password was changed, or all sign-ins were ended.
    Column("sign_ins_from", Moment),
    Column("may_create_classes", Boolean, nullable=False, server_default=false()),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("oidc_issuer", "oidc_subject"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("class_id", ForeignKey("classes.id"), primary_key=True, autoincrement=False, index=True),
    Column("role", Text, nullable=False),
    Column("team_name", Text),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)

# Roles of addresses that have no account yet.
invitations = Table(
    "invitations",
    metadata,
    Column("class_id", ForeignKey("classes.id"), primary_key=True, autoincrement=False),
    # Lower case.
    Column("email", Sorted, primary_key=True, index=True),
    Column("role", Text, nullable=False),
    Column("team_name", Text),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)

# The members of a class and those who are invited, by the ids under which their own events are stored.
class_teachers = Table(
    "class_teachers",
    metadata,
    Column("class_id", ForeignKey("classes.id"), primary_key=True, autoincrement=False),
    # Lower case.
    Column("email", Sorted, primary_key=True),
    # The id that a pseudonymous class stores instead of the address.
    Column("pseudonym", Sorted),
    Index("class_teachers_by_pseudonym", "class_id", "pseudonym"),
)

class_policies = Table(
    "class_policies",
    metadata,
    Column("class_id", ForeignKey("classes.id"), primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("privacy", Text, nullable=False),
    Column("pseudonymous", Boolean, nullable=False),
    Column("redact", Boolean, nullable=False),
    Column("students_only", Boolean, nullable=False),
    Column("tokens_from", BigInteger, nullable=False),
    # The last day of the class; retention deletes the class some days later. Null: it has no end.
    Column("ends_on", Date),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)

ingest_keys = Table(
    "ingest_keys",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False, index=True),
    # SHA-256 of the key; the key itself is not stored.
    Column("digest", Text, nullable=False, unique=True),
    # The last characters of the key, by which people recognise it.
    Column("hint", Text, nullable=False),
    # A path key is valid in the path of an address only, any other key as a bearer token only.
    Column("in_path", Boolean, nullable=False, server_default=false()),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)

roster = Table(
    "roster",
    metadata,
    Column("class_id", ForeignKey("classes.id"), primary_key=True, autoincrement=False),
    Column("user_id", Sorted, primary_key=True),
    # The id that a pseudonymous class stores instead of user_id.
    Column("pseudonym", Sorted, nullable=False),
    Column("user_name", Text),
    Column("team_name", Text),
    Column("joined_at", Moment),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    Index("roster_of_class", "class_id", "pseudonym"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # Null: the operator.
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("family", Uuid, nullable=False, index=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("expires_at", Moment, nullable=False),
    # The end of the sign-in, however often its token is refreshed.
    Column("ends_at", Moment),
    # In an operator's sign-in: the fingerprint of the INSTRUCTOR_TOKEN that it depends on.
    Column("operator_key", Text),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)

# Students who joined with the class key: nobody has verified who they are until roster_user_id is set.
guests = Table(
    "guests",
    metadata,
    Column("class_id", ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("user_id", Sorted, primary_key=True),
    Column("pseudonym", Sorted, nullable=False),
    Column("user_name", Text),
    Column("key_id", ForeignKey("ingest_keys.id", ondelete="SET NULL")),
    # The student on the roster that a teacher linked the guest to.
    Column("roster_user_id", Sorted),
    Column("joined_at", Moment, nullable=False),
    Column("linked_at", Moment),
    Index("guests_of_student", "class_id", "roster_user_id"),
    Index("guests_by_pseudonym", "class_id", "pseudonym"),
    Index("guests_of_key", "key_id"),
)

personal_codes = Table(
    "personal_codes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("class_id", ForeignKey("classes.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Sorted, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    Index("personal_codes_of_student", "class_id", "user_id"),
)

# The tokens that are valid. A trigger writes each deleted one to revoked_tokens.
student_tokens = Table(
    "student_tokens",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("class_id", ForeignKey("classes.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Sorted, nullable=False),
    # The class key that the student joined with: the token ends with it.
    Column("key_id", ForeignKey("ingest_keys.id", ondelete="CASCADE")),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("student_tokens_of_student", "class_id", "user_id"),
    Index("student_tokens_of_key", "key_id"),
)

# Ids of tokens that were revoked and have not expired yet; no personal data, so that they outlive an erasure.
revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("class_id", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("revoked_tokens_of_class", "class_id"),
)
