"""Fuzzing: bytes nobody would send, and what must hold whatever they are."""
