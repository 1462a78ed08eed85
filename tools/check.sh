#!/usr/bin/env bash
# Runs every check that needs no test data, all of them even when one fails, and sums up at the end. It changes no file.
set -uo pipefail
cd "$(dirname "$0")/.."

GO=${GO:-go}
failed=()

# step NAME COMMAND… runs one check and prints its output when it fails.
step() {
	local name=$1 started=$SECONDS output
	shift
	if output=$("$@" 2>&1); then
		printf 'ok    %-13s %3ds %s\n' "$name" $((SECONDS - started)) "$(grep '^skipped' <<<"$output" || true)"
	else
		printf 'FAIL  %-13s %3ds\n%s\n' "$name" $((SECONDS - started)) "$output"
		failed+=("$name")
	fi
}

formatted() {
	local files
	files=$(gofmt -l .) || return 1
	[ -z "$files" ] || { printf 'not formatted, run make fmt:\n%s\n' "$files"; return 1; }
}

tidy() {
	local difference
	difference=$("$GO" mod tidy -diff) || { printf '%s\n' "$difference" | head -n 30; echo "run go mod tidy"; return 1; }
}

# Known vulnerabilities are looked up where their database can be reached; the tool is no dependency of ours.
vulnerabilities() {
	local tool=golang.org/x/vuln/cmd/govulncheck@v1.1.4
	if ! curl -fsS -m 10 -o /dev/null https://vuln.go.dev/index/db.json; then
		echo "skipped: the vulnerability database cannot be reached"
	elif ! "$GO" run "$tool" -version >/dev/null; then
		echo "skipped: $tool cannot be built here"
	else
		"$GO" run "$tool" ./...
	fi
}

step format formatted
step vet "$GO" vet ./...
step staticcheck "$GO" tool staticcheck ./...
step generated tools/check-generated.sh
step modules tidy
step architecture "$GO" test -count=1 ./internal/archtest
step vulnerable vulnerabilities

if [ ${#failed[@]} -gt 0 ]; then
	echo "check failed: ${failed[*]}"
	exit 1
fi
echo "check passed"
