#!/usr/bin/env bash
# Fails when the committed *_templ.go files are not what their templates generate. It works on a copy and leaves the tree alone.
# Other generated files (the OpenAPI document, schema dumps, tables in documents) are goldens of tests.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

templates() { find . \( -name .git -o -name node_modules \) -prune -o -name '*.templ' -print; }
generated() { find . \( -name .git -o -name node_modules \) -prune -o -name '*_templ.go' -print | sort; }

if [ -z "$(templates)" ] && [ -z "$(generated)" ]; then
	exit 0
fi
templates | tar -cf - -T - | tar -xf - -C "$copy"
cp go.mod "$copy"
templ=$("${GO:-go}" tool -n templ)
(cd "$copy" && "$templ" generate -log-level error)

status=0
if ! diff <(generated) <(cd "$copy" && generated); then
	status=1
fi
while read -r file; do
	if [ -f "$file" ] && ! cmp -s "$file" "$copy/$file"; then
		echo "$file differs:"
		{ diff "$file" "$copy/$file" || true; } | head -n 5
		status=1
	fi
done < <(cd "$copy" && generated)
[ $status -eq 0 ] || echo "generated files are not current: run make generate"
exit $status
