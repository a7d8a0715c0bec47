#!/bin/sh
# Runs Redis so that a file that may not grow any more is an error to it (EFBIG), as a full disk is. The signal that
# comes with it would end it; what is ignored here stays ignored in the program.
trap '' XFSZ
exec "$REDIS_SERVER" "$@"
