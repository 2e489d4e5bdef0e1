"""`make emulate`: template.yaml deployed by CloudFormation to an emulated AWS, without Docker."""
