"""A Lambda runtime client in plain Python, for systems such as macOS, for which `awslambdaric` has no wheel.

`python -P runtime_client.py module.function` handles events of the Runtime API at AWS_LAMBDA_RUNTIME_API, one at a
time. It imports only the standard library, so that a handler imports no module of the runner by accident.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import decimal
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

PREFIX = "/2018-06-01/runtime"
NO_BREAK_SPACE = "\u00a0"
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"
# The fields of every log record; the caller adds any other through `extra`.
RECORD_FIELDS = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}

Handler = Callable[[Any, "Context"], Any]


class Fault(Exception):
    """Raise for an error of the runtime, not of the handler. kind: Lambda's name for it."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.trace = trace or []


class Context:
    """The context object of a handler (python-context.html in the same manual)."""

    def __init__(self, request_id: str, arn: str, deadline: int) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = None
        self.client_context = None
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the timeout."""
        return max(0, self._deadline - int(time.time() * 1000))


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object, with the fields of `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter.format."""
        entry: dict[str, Any] = {
            "timestamp": time.strftime(f"{TIME_FORMAT}Z", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.msg if isinstance(record.msg, dict) and not record.args else record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0]:
            kind, error, trace = record.exc_info
            entry |= {"stackTrace": traceback.format_tb(trace), "errorType": kind.__name__, "errorMessage": str(error)}
            entry["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        entry |= {name: value for name, value in vars(record).items() if name not in RECORD_FIELDS}
        return json.dumps(entry, ensure_ascii=False, default=str)


class Runtime:
    """Runs a handler for every event of the Runtime API."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address)
        self._request_id = ""
        self._json_log = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"

    def run(self, handler: str) -> int:
        """Return the exit status, when the API has no more events or the handler cannot be loaded."""
        self._set_up_logging()
        try:
            function = load(handler)
        except Exception as error:  # noqa: BLE001 - every error is reported, as Lambda does
            document = self._failed(error)
            self._post("/init/error", json.dumps(document).encode(), document["errorType"])
            return 1
        while self._serve_one(function):
            pass
        return 0

    def _serve_one(self, function: Handler) -> bool:
        status, headers, body = self._ask("GET", "/invocation/next")
        if status != http.client.OK:
            return False
        self._request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        context = Context(
            self._request_id,
            headers.get("Lambda-Runtime-Invoked-Function-Arn", ""),
            int(headers["Lambda-Runtime-Deadline-Ms"]),
        )
        path = f"/invocation/{self._request_id}"
        try:
            answer = encode(function(parse(body), context))
        except Exception as error:  # noqa: BLE001 - the same
            document = self._failed(error)
            self._post(f"{path}/error", json.dumps(document).encode(), document["errorType"])
        else:
            self._post(f"{path}/response", answer)
        return True

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        self._connection.request(method, PREFIX + path, body, headers or {})
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def _post(self, path: str, body: bytes, error: str | None = None) -> None:
        headers = {"Content-Type": "application/json"}
        if error is not None:
            headers["Lambda-Runtime-Function-Error-Type"] = error
        self._ask("POST", path, body, headers)

    def _failed(self, error: Exception) -> dict[str, Any]:
        """Print the error as Lambda does, and return its document."""
        if isinstance(error, Fault):
            kind, trace = error.kind, error.trace
        else:
            kind = type(error).__name__
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
            trace = traceback.format_list([frame for frame in frames if "importlib._bootstrap" not in frame.filename])
        document = {
            "errorMessage": str(error),
            "errorType": kind,
            "requestId": self._request_id,
            "stackTrace": trace,
        }
        if self._json_log:
            now = time.strftime(f"{TIME_FORMAT}Z", time.gmtime())
            line = json.dumps({"timestamp": now, "level": "ERROR", **document}, ensure_ascii=False)
        else:
            # One log entry: carriage returns between its lines, no-break spaces as indentation.
            lines = [f"[ERROR] {kind}: {error}", "Traceback (most recent call last):"]
            for text in "".join(trace).splitlines():
                rest = text.lstrip(" ")
                lines.append(NO_BREAK_SPACE * (len(text) - len(rest)) + rest)
            line = "\r".join(lines)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        return document

    def _set_up_logging(self) -> None:
        logging.Formatter.converter = time.gmtime
        handler = logging.StreamHandler(sys.stdout)
        handler.addFilter(self._with_request_id)
        text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(requestId)s\t%(message)s"
        handler.setFormatter(JsonFormatter() if self._json_log else logging.Formatter(text, TIME_FORMAT))
        logging.getLogger().addHandler(handler)

    def _with_request_id(self, record: logging.LogRecord) -> bool:
        record.requestId = self._request_id
        return True


def load(handler: str) -> Handler:
    """Import `module.function`. Raises Fault, and the errors that the module raises."""
    module_name, dot, name = handler.rpartition(".")
    if not dot:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': not module.function")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        text = f"Syntax error in module '{module_name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", text, trace) from error
    if not hasattr(module, name):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'")
    function: Handler = getattr(module, name)
    return function


def parse(body: bytes) -> Any:
    """Return the event. Raises Fault."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def encode(answer: Any) -> bytes:
    """Return the handler's answer as JSON; bytes are returned unchanged. Raises Fault."""
    if isinstance(answer, bytes):
        return answer
    try:
        return json.dumps(answer, ensure_ascii=False, default=_number).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _number(value: Any) -> int | float:
    if not isinstance(value, decimal.Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)


if __name__ == "__main__":
    sys.exit(Runtime(os.environ["AWS_LAMBDA_RUNTIME_API"]).run(sys.argv[1]))
