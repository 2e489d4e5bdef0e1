"""The resource types and properties that are emulated. All others are reported at the start."""

from collections.abc import Callable, Collection, Iterator

from runner.template.loader import Mapping

# These have no effect on one machine: permissions, encryption, deployment.
WITHOUT_EFFECT = {
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::SQS::QueuePolicy",
    "AWS::IAM::Role",
    "AWS::IAM::ManagedPolicy",
    "AWS::Logs::LogGroup",
    "AWS::CloudWatch::Alarm",
}
# The same for a function's properties: it has one version here, and one network.
DEPLOYMENT = {"Role", "VpcConfig", "AutoPublishAlias", "AutoPublishCodeSha256", "DeploymentPreference"}
EMULATED: dict[str, set[str]] = {
    "AWS::Serverless::Function": {
        "CodeUri",
        "Handler",
        "Runtime",
        "MemorySize",
        "Timeout",
        "Layers",
        "Environment",
        "FunctionUrlConfig",
        "Events",
        "Policies",
        "ReservedConcurrentExecutions",
        "Architectures",
        "Description",
        "FunctionName",
        "LoggingConfig",
        *DEPLOYMENT,
    },
    "AWS::Serverless::LayerVersion": {
        "ContentUri",
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "Description",
        "LayerName",
        "RetentionPolicy",
    },
    "AWS::SQS::Queue": {
        "QueueName",
        "VisibilityTimeout",
        "MessageRetentionPeriod",
        "RedrivePolicy",
        "SqsManagedSseEnabled",
    },
    "AWS::ApiGatewayV2::Api": {"Name", "ProtocolType", "RouteSelectionExpression", "Description"},
    "AWS::ApiGatewayV2::Stage": {"ApiId", "StageName", "AutoDeploy", "Description"},
    "AWS::ApiGatewayV2::Route": {
        "ApiId",
        "RouteKey",
        "AuthorizationType",
        "Target",
        "RouteResponseSelectionExpression",
        "OperationName",
    },
    "AWS::ApiGatewayV2::RouteResponse": {"ApiId", "RouteId", "RouteResponseKey"},
    "AWS::ApiGatewayV2::Integration": {"ApiId", "IntegrationType", "IntegrationUri", "Description"},
    "AWS::S3::Bucket": {"BucketEncryption", "PublicAccessBlockConfiguration", "BucketName"},
    "AWS::CloudFront::Distribution": {"DistributionConfig"},
    "AWS::CloudFront::ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig"},
    "AWS::CloudFront::Function": {"Name", "AutoPublish", "FunctionConfig", "FunctionCode"},
}


def not_emulated(template: Mapping, exists: Callable[[Mapping], bool], event_types: Collection[str]) -> Iterator[str]:
    """Yield one line for each property, resource or event of the template that has no effect here."""
    for name, resource in template["Resources"].items():
        kind = resource["Type"]
        if kind in WITHOUT_EFFECT or not exists(resource):
            continue
        if kind not in EMULATED:
            yield f"{name} ({kind})"
            continue
        for key in resource.get("Properties") or {}:
            if key not in EMULATED[kind]:
                yield f"{name}.{key}"
        for key, event in (resource.get("Properties") or {}).get("Events", {}).items():
            if event.get("Type") not in event_types:
                yield f"{name}.Events.{key} ({event.get('Type')})"
    for key in template.get("Globals", {}).get("Function", {}):
        if key not in EMULATED["AWS::Serverless::Function"]:
            yield f"Globals.Function.{key}"
