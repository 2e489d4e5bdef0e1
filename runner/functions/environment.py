"""A function's environment: the template's variables and Lambda's, and none of the runner's.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import os
import secrets
import sys

from runner.template.intrinsics import REGION
from runner.template.model import Function

# The SDK signs with these, and @connections checks the signature; they are new in each run.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": f"LOCAL{secrets.token_hex(8).upper()}",
    "AWS_SECRET_ACCESS_KEY": secrets.token_hex(16),
    "AWS_SESSION_TOKEN": "local",
}


def environment_of(function: Function, runtime_api: str) -> dict[str, str]:
    """Return the variables of a worker. runtime_api: host:port."""
    own = {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # Otherwise the SDK would look for credentials in the user's home directory and on the network.
        "AWS_EC2_METADATA_DISABLED": "true",
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(function.code),
        "LAMBDA_RUNTIME_DIR": str(function.code),
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join([str(function.code), *(str(layer / "python") for layer in function.layers)]),
        "PYTHONUNBUFFERED": "1",
    }
    return function.environment | CREDENTIALS | own
