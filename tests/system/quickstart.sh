#!/usr/bin/env bash
# packaging/quickstart --check with the release that is there. usage: quickstart.sh SOURCE RELEASE
set -euo pipefail
cd "$1"
[ -x "$2/sightglass-console" ] || { echo "skipped: no release build"; exit 77; }
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
SIGHTGLASS_PREBUILT=1 SIGHTGLASS_HOME=$home packaging/quickstart --check
# A second start keeps the data.
before=$(stat -c %Y "$home/case/manifest.json")
SIGHTGLASS_PREBUILT=1 SIGHTGLASS_HOME=$home packaging/quickstart --check
[ "$(stat -c %Y "$home/case/manifest.json")" = "$before" ]
