#!/usr/bin/env bash
# Headless Neovim on a vendor's declaration. Runs with every Neovim it is given, or the one on PATH.
#   editors/neovim/test/run.sh [NVIM…]
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
root=$(cd "$here/../.." && pwd)
server=${POLICY_TEST_SERVER:-"${CARGO_TARGET_DIR:-$root/target}/release/policy lsp"}
[ -x "${server%% *}" ] || { echo "skipped: Neovim: ${server%% *} is not there, run \`cargo build --release\` first"; exit 0; }
if [ $# -eq 0 ]; then
  command -v nvim >/dev/null || { echo "skipped: Neovim: nvim was not found"; exit 0; }
  set -- nvim
fi
for nvim in "$@"; do
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cp "$root"/tests/vendors/*.declaration.yaml "$folder/"
  printf 'policy own "Own" {\n  version 1.0.0\n  use model-4.0\n}\n\nrule own.one {\n  no studnet data outside EER\n}\n' > "$folder/own.policy"
  "$nvim" --version | head -n 1
  (cd "$folder" && POLICY_TEST_SERVER=$server XDG_STATE_HOME=$folder/state XDG_DATA_HOME=$folder/data XDG_CACHE_HOME=$folder/cache \
    timeout 120 "$nvim" --headless -u NONE -i NONE -n --cmd "set runtimepath^=$here" -S "$here/test/declaration.lua" 2>&1)
  echo
done
