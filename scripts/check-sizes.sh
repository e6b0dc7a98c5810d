#!/usr/bin/env bash
# Checks that no source file, test or script is longer than 400 lines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
limit=400

# Files that people write: not data, not results, not what tools make.
find Package.swift Sources Tests launch scripts benchmarks .ci -type f \
  ! -path '*/.build/*' ! -path '*/.venv*' ! -path '*/__pycache__/*' ! -path '*/Golden/*' ! -path '*/results/*' \
  \( -name '*.swift' -o -name '*.h' -o -name '*.py' -o -name '*.sh' -o -perm -u+x \) -print0 |
  xargs -0 awk -v limit="$limit" '
    FNR == 1 { files[++n] = FILENAME }
    { lines[FILENAME] = FNR }
    END {
      for (i = 1; i <= n; i++) {
        size = lines[files[i]]
        if (size > limit) {
          printf "check-sizes: %s has %d lines, more than %d; split it by concept.\n", files[i], size, limit
          bad++
        }
      }
      printf "check-sizes: %d files, %d too long\n", n, bad
      exit bad > 0
    }'
