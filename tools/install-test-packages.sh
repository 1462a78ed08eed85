#!/usr/bin/env bash
# Installs the Debian packages that the tests use and that are missing: a browser, a PostgreSQL server to start throw-away
# clusters from, and Chinese fonts for screenshots and PDF. Where it may not install (not root, not Debian) it says what is
# missing and succeeds: the tests that need it then fail or are skipped, as the environment variable CI says.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)

if [ ${#missing[@]} -eq 0 ]; then
	exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
	echo "missing for the tests: ${missing[*]}; install them: sudo apt-get install ${missing[*]}" >&2
	exit 0
fi
echo "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
