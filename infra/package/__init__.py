"""`make package`: template.yaml's functions and layers as archives for AWS Lambda, without Docker."""
