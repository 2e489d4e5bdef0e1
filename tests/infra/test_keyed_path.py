"""The address with a path key, on AWS: what serves it, and what could write it down."""

from fnmatch import fnmatchcase
from typing import Any

from classpulse.ingest.keys import keyed_path

from tests.infra.test_template import RESOURCES

CONFIG: dict[str, Any] = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]


def behavior_of(path: str) -> dict[str, Any]:
    """Return the cache behaviour that CloudFront chooses: the first whose pattern matches."""
    found: dict[str, Any] = next(one for one in CONFIG["CacheBehaviors"] if fnmatchcase(path, one["PathPattern"]))
    return found


def test_the_address_with_a_path_key_is_served_as_the_one_without() -> None:
    keyed, plain = behavior_of(keyed_path("cpp_x")), behavior_of("/api/v1/events")
    assert {**keyed, "PathPattern": ""} == {**plain, "PathPattern": ""}
    assert keyed["TargetOriginId"] == "ingest"


def test_no_redirect_repeats_a_path_key_and_no_page_passes_it_on() -> None:
    for path in (keyed_path("cpp_x"), "/api/v1/keyed/cpp_x", "/api/v1/keyed/cpp_x/events/"):
        behavior = behavior_of(path)
        assert behavior["ViewerProtocolPolicy"] == "https-only"
        policy = RESOURCES[behavior["ResponseHeadersPolicyId"]["Ref"]]["Properties"]["ResponseHeadersPolicyConfig"]
        assert policy["SecurityHeadersConfig"]["ReferrerPolicy"] == {"ReferrerPolicy": "no-referrer", "Override": True}


def test_no_resource_of_the_stack_logs_the_paths_of_requests() -> None:
    assert "Logging" not in CONFIG
    kinds = {resource["Type"] for resource in RESOURCES.values()}
    assert not {kind for kind in kinds if kind.endswith(("::RealtimeLogConfig", "::Trail", "::DeliverySource"))}
    for resource in RESOURCES.values():
        assert "AccessLogSettings" not in resource.get("Properties", {})


def test_only_pages_of_jupyterlab_may_post_with_a_path_key() -> None:
    """A Function URL answers preflight requests for each of its paths."""
    cors = RESOURCES["IngestFunction"]["Properties"]["FunctionUrlConfig"]["Cors"]
    assert cors["AllowOrigins"] == {"Ref": "IngestOrigins"}
    assert "POST" in cors["AllowMethods"]
    assert "content-type" in cors["AllowHeaders"]
