"""An invented company for the demo."""
