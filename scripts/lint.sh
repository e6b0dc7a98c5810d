#!/usr/bin/env bash
# Checks form: swift format's rules, the floors, the sizes of files, and the shell scripts.
# Ends with the counts; exit 1 where a check failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
passed=0 failed=0

# check NAME COMMAND: one check, quiet when all is well.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    ((++passed))
    echo "ok      $name"
  else
    ((++failed))
    echo "failed  $name"
    printf '%s\n' "$output" | sed 's/^/        /'
  fi
}

mapfile -t scripts < <(grep -rlE '^#!/usr/bin/env bash' launch scripts .ci)
syntax() {
  local file status=0
  for file in "${scripts[@]}" launch/library/*.sh; do bash -n "$file" || status=1; done
  return "$status"
}
python_syntax() {
  local -a sources
  mapfile -t sources < <(find benchmarks scripts \( -name '.venv*' -o -name __pycache__ \) -prune -o \
    \( -name '*.py' -o -path benchmarks/run \) -type f -print)
  python3 -c 'import ast, sys
for name in sys.argv[1:]: ast.parse(open(name, encoding="utf-8").read(), name)' "${sources[@]}"
}

check 'swift format lint --strict' swift format lint --strict --recursive Package.swift Sources Tests
check 'floors' scripts/check-floors.sh
check 'sizes' scripts/check-sizes.sh
check 'bash syntax' syntax
if command -v shellcheck >/dev/null; then
  check 'shellcheck' shellcheck --external-sources "${scripts[@]}"
else
  echo 'left    shellcheck (not installed)'
fi
if command -v python3 >/dev/null; then
  check 'Python syntax' python_syntax
else
  echo 'left    Python syntax (no python3)'
fi
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
