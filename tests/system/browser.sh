#!/usr/bin/env bash
# The analyst's day in Chromium, against the real console on the demonstration's case.
# usage: browser.sh SOURCE RELEASE
set -euo pipefail
cd "$1"
release=$2
[ -x "$release/sightglass-console" ] || { echo "skipped: no release build"; exit 77; }
[ -f console/web/dist/index.html ] || { echo "skipped: the page is not built"; exit 77; }
work=$(mktemp -d)
server=
stop() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT

# What is no case is refused, and nothing is made beside it.
mkdir "$work/empty"
status=0
"$release/sightglass-console" --case "$work/empty" --listen 127.0.0.1:0 2>"$work/refusal" || status=$?
[ "$status" = 2 ] && grep -q 'holds no record.db' "$work/refusal" && [ ! -e "$work/empty.console" ] || {
  echo "an empty directory is taken for a case (status $status)"; exit 1; }

"$release/sightglass" replay pcaps/demo/tank.pcapng --learn-for 150s --site pcaps/demo/site.yaml \
  --case "$work/case" --quiet
"$release/sightglass-console" --case "$work/case" --state "$work/state" --web console/web/dist \
  --listen 127.0.0.1:0 >"$work/out" 2>&1 &
server=$!
for _ in $(seq 100); do grep -q setup# "$work/out" && break; sleep 0.1; done
SIGHTGLASS_SETUP_LINK=$(grep -o 'https://[^ ]*setup#token=[^ ]*' "$work/out")
export SIGHTGLASS_SETUP_LINK SIGHTGLASS_CONSOLE_URL=${SIGHTGLASS_SETUP_LINK%%/setup*}
cd tests/browser
cmp -s package-lock.json node_modules/.installed-lock || {
  npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.installed-lock; }
npm test
