"""Reading template.yaml: YAML with line numbers, intrinsic functions, and the resources that are emulated."""
