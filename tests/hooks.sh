#!/usr/bin/env bash
# Runs the pre-commit hooks for real: a scratch repository, a staged change, and what git commit makes of it.
# Needs pre-commit and a built `policy`, given as the first argument; says so and ends well if pre-commit is not there.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
policy="$(cd "$(dirname "${1:?give the path of policy}")" && pwd)/$(basename "$1")"
if ! command -v pre-commit >/dev/null; then echo "skipped: pre-commit is not installed"; exit 0; fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export PATH="$(dirname "$policy"):$PATH" PRE_COMMIT_HOME="$work/cache" GIT_CONFIG_GLOBAL=/dev/null POLICY_AS_OF=2026-11-22
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.org GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.org
fail() { echo "hooks: $*" >&2; cat "$work/log" >&2; exit 1; }

# The hooks as a user gets them: from a repository at a revision.
mkdir "$work/hooks"
cp -r "$here/.pre-commit-hooks.yaml" "$here/ci" "$work/hooks"
git -C "$work/hooks" init -q
git -C "$work/hooks" add -A
git -C "$work/hooks" commit -qm hooks
revision="$(git -C "$work/hooks" rev-parse HEAD)"

policy --lang en init "$work/repository" >/dev/null
cd "$work/repository"
git init -q
cat > .pre-commit-config.yaml <<CONFIG
repos:
  - repo: $work/hooks
    rev: $revision
    hooks: [{ id: policy-check }, { id: policy-fmt }, { id: policy-eval }]
CONFIG
pre-commit install >/dev/null
git add -A
git commit -qm "a first policy" >"$work/log" 2>&1 || fail "a repository that is fine cannot be committed"

sed -i 's/3 months/3 years/' declarations/example.declaration.yaml
git add -A
if git commit -qm "a longer term" >"$work/log" 2>&1; then fail "a declaration that fails was committed"; fi
grep -q 'declarations/example.declaration.yaml:[0-9]*:[0-9]*: error: .*\[own.logs\]' "$work/log" || fail "no finding was shown"
git checkout -q HEAD -- .

sed -i 's/audit logs at most 6 months/   audit logs   at most 6 months/' norms/own.policy
git add -A
if git commit -qm "another layout" >"$work/log" 2>&1; then fail "a policy out of layout was committed"; fi
grep -q 'files were modified by this hook' "$work/log" || fail "the layout was not mended"
git checkout -q HEAD -- .

sed -i 's/audit logs at most/audit lgos at most/' norms/own.policy
git add -A
if git commit -qm "a mistake" >"$work/log" 2>&1; then fail "a policy with a mistake was committed"; fi
grep -q 'P02' "$work/log" || fail "the mistake was not named"
git checkout -q HEAD -- .

echo text > notes.txt
git add -A
git commit -qm "notes" >"$work/log" 2>&1 || fail "a change that has nothing to do with it cannot be committed"
grep -q 'Skipped' "$work/log" || fail "hooks ran for a file that is none of theirs"
echo "hooks: a fine change is committed, a fail, a wrong layout and a mistake are stopped"
