"""Noticing unusual days: figures in, findings with reasons out; no file, no clock, no network."""
