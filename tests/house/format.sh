#!/usr/bin/env bash
# Every C++ file of ours stands as .clang-format says. usage: format.sh CLANG_FORMAT SOURCE_DIR
set -euo pipefail
cd "$2"
find dissectors rules store sensor console apps tests \( -name node_modules -prune \) -o \
  \( -name '*.cpp' -o -name '*.hpp' \) -print0 | xargs -0 "$1" --dry-run -Werror
