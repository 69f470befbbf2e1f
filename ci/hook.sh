#!/usr/bin/env bash
# Runs `policy` for a pre-commit hook: the one on the path, else one that is built from this copy once.
set -euo pipefail
if command -v policy >/dev/null; then exec policy "$@"; fi
here="$(cd "$(dirname "$0")/.." && pwd)"
if [ ! -x "$here/target/policy/bin/policy" ]; then
  echo "policy is not installed; building it once from ${here##*/}" >&2
  cargo install --locked --quiet --path "$here/crates/cli" --root "$here/target/policy"
fi
exec "$here/target/policy/bin/policy" "$@"
