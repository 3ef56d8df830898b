"""Strangers' octets are read in a process of their own: what it cannot survive, the worker does."""
