#!/usr/bin/env bash
# Puts `policy` on the path of this job and of the ones after it: the one that is there, else one built from this copy.
set -euo pipefail
if command -v policy >/dev/null; then
  policy --version
  exit 0
fi
here="$(cd "$(dirname "$0")/.." && pwd)"
root="${RUNNER_TOOL_CACHE:-$here/target}/policy"
cargo install --locked --quiet --path "$here/crates/cli" --root "$root"
if [ -n "${GITHUB_PATH:-}" ]; then echo "$root/bin" >> "$GITHUB_PATH"; fi
"$root/bin/policy" --version
