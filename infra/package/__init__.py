"""`make package`: archives of template.yaml's functions and layers for AWS Lambda, without Docker."""
