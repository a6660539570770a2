#!/bin/sh
# Makes ./configure from a checkout.  Needs autoconf, automake and libtool.
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all
