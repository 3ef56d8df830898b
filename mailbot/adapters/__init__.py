"""The world outside, one port a folder; adapters never import each other."""
