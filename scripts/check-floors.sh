#!/usr/bin/env bash
# Checks that every target imports lower floors only, never a sibling, and that each foreign library
# is imported by the one target that binds it.
#
# Floors come from the "MARK: Floor N" comments of Package.swift, declared dependencies from
# `swift package describe`, and what is really imported from the sources. Exit 1 names each offence.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# library:target, for each library that only one target may know.
only=(CMPI:MPI COneDNN:OneDNN CZlib:Zlib CLinux:Tensors CCrypto:Digests Yams:Configuration ArgumentParser:nntrain)

# "floor N TARGET" and "uses TARGET OTHER", from the manifest as SwiftPM understands it.
facts() {
  awk '
    /MARK: Floor [0-9]+/ { match($0, /Floor [0-9]+/); floor = substr($0, RSTART + 6, RLENGTH - 6) }
    /MARK: Tests/ { floor = "" }
    floor != "" && /name: "/ && !/package:/ {
      split($0, part, "name: \""); split(part[2], name, "\""); print "floor", floor, name[1]
    }' Package.swift
  swift package describe --type text | awk '
    /^Targets:/ { targets = 1 }
    targets && /^    Name: / { target = $2; list = 0 }
    /^    (Target|Product) dependencies:/ { list = 1; next }
    list && /^        / { print "uses", target, $1; next }
    { list = 0 }'
}

# "imports TARGET MODULE FILE:LINE", for every import in the sources.
imports() {
  local line file target module
  grep -rnE '^[[:space:]]*(@[A-Za-z_]+(\([a-z]+\))?[[:space:]]+)*(public |package |internal |private |fileprivate )?import ' \
    --include='*.swift' Sources | while IFS= read -r line; do
    file=${line%%:*}
    target=${file#Sources/}
    target=${target%%/*}
    module=${line##*import }
    module=${module#struct } module=${module#class } module=${module#func } module=${module#enum }
    module=${module%%[. ]*}
    line=${line#*:}
    echo "imports $target $module $file:${line%%:*}"
  done
}

known=$(facts)
[[ $(grep -c '^floor ' <<<"$known") -gt 10 && $(grep -c '^uses ' <<<"$known") -gt 10 ]] || {
  echo 'check-floors: the floors or the dependencies of Package.swift could not be read.' >&2
  exit 1
}
{
  echo "$known"
  imports
} | awk -v only="${only[*]}" '
  BEGIN {
    n = split(only, pairs, " ")
    for (i = 1; i <= n; i++) { split(pairs[i], pair, ":"); owner[pair[1]] = pair[2] }
  }
  $1 == "floor" { floor[$3] = $2 }
  $1 == "uses" { uses[$2, $3] = 1; from[++edges] = $2; to[edges] = $3 }
  $1 == "imports" { who[++count] = $2; what[count] = $3; where[count] = $4 }
  function wrong(text) { print "check-floors: " text; bad++ }
  END {
    for (i = 1; i <= edges; i++) {
      if (!(from[i] in floor)) continue
      if ((to[i] in floor) && floor[to[i]] >= floor[from[i]])
        wrong("Package.swift: " from[i] " (floor " floor[from[i]] ") depends on " to[i] " (floor " floor[to[i]] "); only lower floors may be used.")
      if ((to[i] in owner) && owner[to[i]] != from[i])
        wrong("Package.swift: " from[i] " depends on " to[i] ", which only " owner[to[i]] " may know.")
    }
    for (i = 1; i <= count; i++) {
      if (!(who[i] in floor)) {
        wrong(where[i] ": the target " who[i] " stands on no floor of Package.swift.")
        continue
      }
      if ((what[i] in owner) && owner[what[i]] != who[i])
        wrong(where[i] ": only " owner[what[i]] " may import " what[i] ".")
      else if ((what[i] in floor) && floor[what[i]] >= floor[who[i]])
        wrong(where[i] ": " who[i] " (floor " floor[who[i]] ") imports " what[i] " (floor " floor[what[i]] "); only lower floors may be used.")
      else if ((what[i] in floor) && !((who[i], what[i]) in uses))
        wrong(where[i] ": " who[i] " imports " what[i] " without declaring it in Package.swift.")
    }
    printf "check-floors: %d dependencies and %d imports, %d wrong\n", edges, count, bad
    exit bad > 0
  }'
