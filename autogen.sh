#!/bin/sh
# Makes ./configure from a checkout.  Needs autoconf, automake and libtool.
set -eu
cd "$(dirname "$0")"
# autoreconf asks autom4te before libtoolize has put its macros here, and up to
# autoconf 2.71 what is kept of that answer is believed for the rest of the second:
# their files would be missing from the tarball.
"${LIBTOOLIZE:-libtoolize}" --copy --quiet
exec autoreconf --install --force --warnings=all
