#!/bin/sh
# Checks the result of add_charm, from its build directory: a static program in a charm directory, and the packed charm.
set -eux
cd charms/music
ldd dispatch 2>&1 | grep "not a dynamic executable"
status=0
./dispatch 2>../sentence || status=$?
test "$status" = 2
grep "is a Juju charm" ../sentence
grep "channel: '24.04'" manifest.yaml
test -f metadata.yaml
test "$(cmake -E tar tf ../music.charm | LC_ALL=C sort | xargs)" = \
  "dispatch manifest.yaml metadata.yaml src/ src/alert_rules/ src/alert_rules/down.rule"
rm -rf ../unpacked
mkdir ../unpacked
cd ../unpacked
cmake -E tar xf ../music.charm
test -x dispatch
