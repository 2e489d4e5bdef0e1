"""`make preflight`: checks that an AWS account can take the stack, before anything is created."""
