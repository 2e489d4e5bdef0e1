"""What meets the ports: one file (or folder) an outside thing, its errors translated into ours."""
