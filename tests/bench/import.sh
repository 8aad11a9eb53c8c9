#!/usr/bin/env bash
# Times the import against notmuch, mu and the floor on one Maildir, in one run.
#   tests/bench/import.sh MAILDIR [ROUNDS]
# Needs notmuch and maildir-utils (Debian), and a release build. Prints seconds and bytes.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
maildir="$(realpath "$1")"
rounds="${2:-3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
program="${WATCHKEEPER_BIN:-$root/target/release/watchkeeper}"
floor="$root/target/release/examples/floor"

seconds() { # NAME COMMAND...
  local name="$1" start end
  shift
  start="$(date +%s.%N)"
  "$@" >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
  end="$(date +%s.%N)"
  awk -v n="$name" -v a="$start" -v b="$end" 'BEGIN { printf "%-12s %7.2f s\n", n, b - a }'
}

cat "$maildir"/cur/* >/dev/null
raw="$(cat "$maildir"/cur/* | wc -c)"
for round in $(seq "$rounds"); do
  echo "round $round"
  rm -rf "$work/wk"
  seconds watchkeeper "$program" import --data "$work/wk" "$maildir"
  if [ -x "$floor" ]; then seconds floor "$floor" "$maildir"; fi
done
du -s --block-size=1 "$work/wk" | awk -v raw="$raw" '{ printf "disk %d of %d raw: %.3f\n", $1, raw, $1 / raw }'
mkdir -p "$work/notmuch"
ln -s "$maildir" "$work/notmuch/mail"
printf '[database]\npath=%s\n[new]\ntags=new\n' "$work/notmuch" >"$work/notmuch-config"
seconds notmuch env NOTMUCH_CONFIG="$work/notmuch-config" notmuch new --quiet
seconds mu sh -c "mu init --quiet --muhome='$work/mu' --maildir='$maildir' && mu index --quiet --muhome='$work/mu'"
