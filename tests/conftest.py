"""For every test: Qt draws where nobody sees it, whether or not there is a display."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
