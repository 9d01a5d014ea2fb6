"""The `machine` role: what one process with privilege sees for all accounts of a PC, each only as far as that person agreed."""
