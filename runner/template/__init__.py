"""Reads template.yaml: YAML with line numbers, intrinsic functions, and the emulated resources."""
