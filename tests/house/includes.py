#!/usr/bin/env python3
"""Which folder may include which: the one-way dependencies of docs/architecture.md, held for headers
too (the link lines hold them for code)."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAY_USE = {
    "dissectors": {"dissectors"},
    "rules": {"rules", "dissectors"},
    "store": {"store", "rules", "dissectors"},
    "control": {"control"},
    "sensor": {"sensor", "control", "store", "rules", "dissectors"},
    "console": {"console", "control", "store", "rules", "dissectors"},
    "apps": {"apps", "sensor", "console", "control", "store", "rules", "dissectors"},
}
INCLUDE = re.compile(r'^\s*#include "([^"]+)"')


def main() -> int:
    wrong = []
    checked = 0
    for folder, allowed in MAY_USE.items():
        for source in sorted((ROOT / folder).rglob("*.[ch]pp")):
            if "node_modules" in source.parts:
                continue
            checked += 1
            for number, line in enumerate(source.read_text().splitlines(), 1):
                found = INCLUDE.match(line)
                if found and found.group(1).split("/")[0] not in allowed:
                    wrong.append(f"{source.relative_to(ROOT)}:{number}: {folder} may not include "
                                 f"{found.group(1)}")
    print("\n".join(wrong) or f"{checked} files keep the direction")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
