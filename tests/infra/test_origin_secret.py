"""CloudFront vouches for the viewer's address with a secret that only the distribution and the functions know."""

from typing import Any

from classpulse.identity.origins import ADDRESS_HEADER, SECRET_HEADER

from tests.infra.test_template import RESOURCES, TEMPLATE, own_variables

CONFIG: dict[str, Any] = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]


def test_the_origin_that_counts_attempts_gets_the_secret() -> None:
    [manage] = [origin for origin in CONFIG["Origins"] if origin["Id"] == "manage"]
    condition, headers, otherwise = manage["OriginCustomHeaders"]["If"]
    [header] = headers
    assert header["HeaderName"].lower() == SECRET_HEADER
    assert header["HeaderValue"] == own_variables("manage")["ORIGIN_SECRET"] == {"Ref": "OriginSecret"}
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert TEMPLATE["Conditions"][condition] == {"Not": [{"Equals": [{"Ref": "OriginSecret"}, ""]}]}
    assert TEMPLATE["Parameters"]["OriginSecret"]["NoEcho"] is True


def test_a_function_replaces_what_the_viewer_says_about_its_address() -> None:
    code = RESOURCES["ViewerAddress"]["Properties"]["FunctionCode"]
    assert f"request.headers['{ADDRESS_HEADER}'] = {{value: event.viewer.ip}};" in code
    associated = {
        behavior["PathPattern"]: [item["FunctionARN"]["GetAtt"] for item in behavior.get("FunctionAssociations", [])]
        for behavior in CONFIG["CacheBehaviors"]
    }
    assert associated["/api/v1/session*"] == ["ViewerAddress.FunctionMetadata.FunctionARN"]
