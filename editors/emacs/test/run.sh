#!/usr/bin/env bash
# Emacs in batch mode on a vendor's declaration, with Eglot.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
root=$(cd "$here/../.." && pwd)
server=${POLICY_TEST_SERVER:-"${CARGO_TARGET_DIR:-$root/target}/release/policy lsp"}
[ -x "${server%% *}" ] || { echo "skipped: Emacs: ${server%% *} is not there, run \`cargo build --release\` first"; exit 0; }
command -v emacs >/dev/null || { echo "skipped: Emacs: emacs was not found"; exit 0; }
emacs --batch --eval "(progn (when (fboundp 'package-initialize) (package-initialize)) (require 'eglot))" 2>/dev/null || { echo "skipped: Emacs: it has no Eglot"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$root"/tests/vendors/*.declaration.yaml "$folder/"
printf 'policy own "Own" {\n  version 1.0.0\n  use model-4.0\n}\n\nrule own.one {\n  no studnet data outside EER\n}\n' > "$folder/own.policy"
emacs --version | head -n 1
(cd "$folder" && HOME=$folder POLICY_TEST_SERVER=$server timeout 180 emacs --batch --eval "(package-initialize)" -L "$here" -l "$here/test/declaration.el" 2>&1 | grep -v '^\[eglot\]\|^Loading\|^Wrote')
