"""Lambda's limits on deployment packages.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from collections.abc import Mapping, Sequence

from infra.package.archive import Archive
from infra.package.errors import PackageError

MEBIBYTE = 1024 * 1024
# Of one archive. This is the limit of a direct upload; through S3, Lambda accepts somewhat more.
ZIPPED = 50 * MEBIBYTE
# Of a function with all its layers.
UNZIPPED = 250 * MEBIBYTE
LAYERS = 5


def check(functions: Mapping[str, Archive], layers: Mapping[str, Archive], used: Mapping[str, Sequence[str]]) -> None:
    """Raise PackageError when Lambda would refuse an archive. used: function -> its layers."""
    for name, archive in {**functions, **layers}.items():
        if len(archive.content) > ZIPPED:
            raise PackageError(f"{name} has {_megabytes(len(archive.content))} zipped; Lambda accepts 50 MB")
    for function, names in used.items():
        if len(names) > LAYERS:
            raise PackageError(f"{function} has {len(names)} layers; Lambda accepts {LAYERS}")
        parts = {function: functions[function], **{name: layers[name] for name in names}}
        if (size := sum(part.unzipped for part in parts.values())) > UNZIPPED:
            sizes = ", ".join(f"{name} {_megabytes(part.unzipped)}" for name, part in parts.items())
            raise PackageError(f"{function} has {_megabytes(size)} unzipped ({sizes}); Lambda accepts 250 MB")


def _megabytes(size: int) -> str:
    return f"{size / MEBIBYTE:.1f} MB"
