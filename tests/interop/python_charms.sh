#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# python_charms.sh CHARMS BUILD
#
# Makes BUILD/venv with the libraries from PyPI for the charms in Python, and BUILD/charms with the charms. Each charm has
# a link to the libraries, as charmcraft packs them.
set -eu
requirements=$(realpath "$(dirname "$0")")/requirements.txt
charms=$(realpath "$1")
mkdir -p "$2"
cd "$2"
if ! cmp -s "$requirements" venv/complete; then
  python3 -m venv --clear venv
  venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --requirement "$requirements"
  cp "$requirements" venv/complete
fi
rm -rf charms
cp -R "$charms" charms
for charm in charms/*; do
  ln -s "$PWD"/venv/lib/python3*/site-packages "$charm/venv"
done
