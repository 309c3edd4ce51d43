#!/usr/bin/env bash
# clang-tidy over our sources, as .clang-tidy says.
# usage: tidy.sh RUN_CLANG_TIDY SOURCE_DIR BUILD_DIR
set -euo pipefail
cd "$2"
files="$PWD/(dissectors|rules|store|sensor|console|apps)/.*\.cpp$"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
"$1" -quiet -p "$3" -j 2 "$files" >"$log" 2>&1 || status=$?
grep -E 'warning:|error:' "$log" | sort -u || true
# Findings are errors; so is a run that looked at nothing.
[ "$status" -eq 0 ] && grep -q '^clang-tidy' "$log"
