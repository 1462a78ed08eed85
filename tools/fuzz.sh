#!/usr/bin/env bash
# Runs every fuzz target of the module for a while, one after the other: tools/fuzz.sh [DURATION]. A failing input is kept under
# testdata/fuzz of its package, where the ordinary tests run it ever after.
set -euo pipefail
cd "$(dirname "$0")/.."

duration=${1:-5s}
targets=$(grep -rnoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' cmd internal tools 2>/dev/null | sort) || true
if [ -z "$targets" ]; then
	echo "no fuzz targets found" >&2
	exit 1
fi
while IFS=: read -r file _ declaration; do
	target=${declaration#func }
	echo "$(dirname "$file") $target"
	"${GO:-go}" test -run '^$' -fuzz "^$target\$" -fuzztime "$duration" "./$(dirname "$file")"
done <<<"$targets"
