#!/bin/sh
# Compares the files that add_charm made from charmcraft.yaml with expected/, and checks the files of `cmake --install`.
# Runs in the build directory; $1 is this directory.
set -eux
rm -rf unpacked prefix other-prefix conflict
mkdir unpacked conflict
cd unpacked
cmake -E tar xf ../charms/agent.charm
cd ..
diff -r unpacked charms/agent
test "$(cd unpacked && find . -type f | LC_ALL=C sort | xargs)" = \
  "./actions.yaml ./config.yaml ./dispatch ./lxd-profile.yaml\
 ./manifest.yaml ./metadata.yaml ./src/alert_rules/a.rule ./src/prometheus_alert_rules/config.yaml ./version"
for file in metadata.yaml config.yaml actions.yaml; do
  diff "$1/expected/$file" "unpacked/$file"
done
for file in lxd-profile.yaml version src/alert_rules/a.rule; do
  diff "$1/$file" "unpacked/$file"
done
grep "channel: '26.04'" unpacked/manifest.yaml

# charmcraft makes metadata.yaml, config.yaml, actions.yaml and manifest.yaml itself.
DESTDIR=$PWD/prefix cmake --install . --prefix /
test "$(cd prefix && find . -type f | LC_ALL=C sort | xargs)" = \
  "./dispatch ./lxd-profile.yaml ./src/alert_rules/a.rule ./src/prometheus_alert_rules/config.yaml ./version"
prefix/dispatch
cmake --install . --component other --prefix other-prefix
test "$(cd other-prefix && find . -type f | LC_ALL=C sort | xargs)" = "./dispatch ./src/alert_rules/down.rule"
test ! -e ../prefix/dispatch  # the library does not install its examples

# A section of charmcraft.yaml and a file with the same content are an error.
touch conflict/metadata.yaml conflict/config.yaml
status=0
./tempo_scrape_charm_files "$1/charmcraft.yaml" conflict 2>message || status=$?
test "$status" = 1
grep "charmcraft.yaml: move config to config.yaml, or delete that file" message
test ! -s conflict/metadata.yaml
