"""Charts of reports.charts on the screen."""
