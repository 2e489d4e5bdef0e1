"""The SQLAlchemy engine, and the translation of its errors into ours."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from classpulse.core.errors import ConfigError, PermanentError, StoreUnavailable

STATEMENT_SECONDS = 8
# How much later the socket times out, so that the server's own timeout error arrives first.
_GRACE_SECONDS = 1

# SQLSTATE classes of errors that the data causes: bad value, violated constraint, too large for an index.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PERMANENT = ("22", "23", "54")


def make_engine(
    database_url: str, pool_size: int, statement_seconds: int | None = STATEMENT_SECONDS, *, ca: str = ""
) -> Engine:
    """Return an engine for postgresql://….

    `sslmode` is disable, prefer (the default), require, verify-ca or verify-full. The server cancels a
    statement that takes longer than `statement_seconds`; None: no limit. `ca` is the PEM text of the only authority to
    trust, unless the URL has `sslrootcert`; empty: the system's. Raises ConfigError.
    """
    url = make_url(database_url).set(drivername="postgresql+pg8000")
    arguments: dict[str, Any] = {"application_name": "classpulse"}
    if statement_seconds:
        arguments["timeout"] = statement_seconds + _GRACE_SECONDS
    arguments["ssl_context"] = _tls(url, ca)
    engine = create_engine(
        url.difference_update_query(["sslmode", "sslrootcert"]),
        connect_args=arguments,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        # Parameters contain students' code, which must not reach a log in an error's text.
        hide_parameters=True,
    )
    event.listen(engine, "connect", partial(_on_connect, statement_seconds or 0))
    event.listen(engine, "handle_error", _on_error)
    return engine


def _tls(url: URL, ca: str) -> ssl.SSLContext | bool | None:
    """Return pg8000's ssl_context: False is plain text, None is TLS if the server offers it."""
    mode = url.query.get("sslmode", "prefer")
    if mode in ("disable", "prefer"):
        return None if mode == "prefer" else False
    ca_file = url.query.get("sslrootcert")
    try:
        context = ssl.create_default_context(**({"cafile": str(ca_file)} if ca_file else {"cadata": ca or None}))
    except ssl.SSLError as error:
        raise ConfigError("the certificate of the authority cannot be read: check its PEM text") from error
    if mode == "require":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif mode == "verify-ca":
        context.check_hostname = False
    elif mode != "verify-full":
        raise ConfigError("DATABASE_URL: sslmode must be disable, prefer, require, verify-ca or verify-full")
    return context


def _on_connect(statement_seconds: int, connection: Any, _record: object) -> None:
    # pg8000 sends a statement in several small writes; Nagle's algorithm would delay the later ones.
    connection._usock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    cursor = connection.cursor()
    cursor.execute(f"SET statement_timeout = '{statement_seconds}s'")
    # Our statements are short: JIT compilation would take longer than running them.
    cursor.execute("SET jit = off")
    # PostgreSQL formats times in JSON in the time zone of the session.
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    connection.commit()


def _on_error(context: ExceptionContext) -> None:
    # pg8000 does not wrap socket errors. A late response may still arrive, so the connection cannot be reused.
    if isinstance(context.original_exception, OSError):
        context.is_disconnect = True


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate SQLAlchemy's errors. Raises StoreUnavailable, PermanentError."""
    try:
        yield
    except DBAPIError as error:
        state = _sqlstate(error)
        if state.startswith(_PERMANENT):
            raise PermanentError(f"PostgreSQL refused a value (SQLSTATE {state})") from error
        raise StoreUnavailable(f"a PostgreSQL statement failed (SQLSTATE {state or 'none'})") from error
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable("PostgreSQL is unreachable, or every pooled connection is in use") from error


def _sqlstate(error: DBAPIError) -> str:
    details = error.orig.args[0] if error.orig and error.orig.args else None
    return str(details.get("C", "")) if isinstance(details, dict) else ""
