"""The console's languages: which one is in use, its catalogue, and the command that keeps the catalogues complete."""
