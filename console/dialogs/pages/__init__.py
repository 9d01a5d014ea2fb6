"""The pages of the administration window, a file for each."""
