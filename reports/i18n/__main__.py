"""`python -m reports.i18n`: bring the catalogues up to the source and say what they lack."""

import sys

from reports.i18n.catalogues import TRANSLATED, faults, update

for language in TRANSLATED:
    update(language)
    for fault in faults(language):
        sys.stdout.write(f"{language}: {fault}\n")
