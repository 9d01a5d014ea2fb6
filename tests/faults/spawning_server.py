"""The server with its worker started as Windows starts it: a new interpreter that inherits nothing. Only tests start it."""

import multiprocessing
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")

    from server.cli import main

    main()
