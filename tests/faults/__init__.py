"""Faults on purpose: killed processes, lost replies, hostile bytes."""
