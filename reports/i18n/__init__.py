"""The texts of reports in other languages; `python -m reports.i18n` lists what is missing."""
