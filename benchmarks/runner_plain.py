"""A stack with one function that does nothing, behind a Function URL and a WebSocket API.

The function answers posts and, by a route response, messages. local_runner.py expects its name and the parameters.
"""

from pathlib import Path

HANDLER = """\
def handler(event, context):
    return {"statusCode": 202, "body": "hello"}
"""
TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  DatabaseUrl: {Type: String}
  RedisUrl: {Type: String}
  InstructorToken: {Type: String}
  IngestKey: {Type: String}
  OpenIngest: {Type: String}
  MaxEventsPerStudentPerMinute: {Type: String}
  MaxEventsPerKeyPerMinute: {Type: String}
  MaxEventsPerPathKeyPerMinute: {Type: String}
  SigningKey: {Type: String}
  PrivacyKey: {Type: String}
Resources:
  MigrateFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: plain
      Handler: handler.handler
      Runtime: python3.13
      FunctionUrlConfig: {AuthType: NONE}
  AdministerFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: plain, Handler: handler.handler, Runtime: python3.13}
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: plain, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: ws, AutoDeploy: true}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri:
        !Sub arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${MigrateFunction.Arn}/invocations
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $connect, Target: !Sub "integrations/${Integration}"}
  Message:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: $default
      RouteResponseSelectionExpression: $default
      Target: !Sub integrations/${Integration}
  Answer:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties: {ApiId: !Ref Api, RouteId: !Ref Message, RouteResponseKey: $default}
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: function
            DomainName: !Select [2, !Split ["/", !GetAtt MigrateFunctionUrl.FunctionUrl]]
          - Id: websocket
            DomainName: !Select [2, !Split ["/", !GetAtt Api.ApiEndpoint]]
        DefaultCacheBehavior:
          TargetOriginId: function
          AllowedMethods: [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]
        CacheBehaviors:
          - PathPattern: /ws
            TargetOriginId: websocket
"""


def plain_stack(folder: Path) -> Path:
    """Write the function and its template; return the template's path."""
    (folder / "plain").mkdir()
    (folder / "plain" / "handler.py").write_text(HANDLER, encoding="utf-8")
    template = folder / "plain.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")
    return template
