#!/bin/sh
# Starts the server: `./start_app.sh` or `dev` for trying out, on this PC only, with its data in ./instance; `prod` for everybody on
# the LAN, with the platform's data folder. What follows is given to the server (`./start_app.sh prod --port 5051`).
set -eu
cd "$(dirname "$0")"
mode="${1:-dev}"
[ $# -eq 0 ] || shift
case "$mode" in
  dev | development) exec python3 server --host 127.0.0.1 --data instance "$@" ;;
  prod | production) exec python3 server "$@" ;;
  *)
    echo "usage: $0 [dev|development|prod|production] [options of the server]" >&2
    exit 2
    ;;
esac
