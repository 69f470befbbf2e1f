#!/usr/bin/env bash
# What the action does with its inputs, which come as variables IN_*: never as part of a command line that a shell reads.
set -euo pipefail
cd "${IN_FOLDER:-.}"
arguments=()
add() { if [ -n "$2" ]; then arguments+=("$1" "$2"); fi; }
lines() { while IFS= read -r line; do if [ -n "$line" ]; then arguments+=("$1$line"); fi; done <<< "$2"; }
lines --pack= "${IN_PACKS:-}"
add --profile "${IN_PROFILE:-}"
add --as-of "${IN_AS_OF:-}"
add --lang "${IN_LANG:-}"
add --fail-level "${IN_FAIL_LEVEL:-}"
if [ "${IN_NO_FAIL:-false}" = true ]; then arguments+=(--no-fail); fi
for format in sarif junit csv; do
  file="IN_$(printf '%s' "$format" | tr '[:lower:]' '[:upper:]')"
  if [ -n "${!file:-}" ]; then arguments+=(--format "$format=${!file}"); fi
done
arguments+=(--)
while IFS= read -r path; do if [ -n "$path" ]; then arguments+=("$path"); fi; done <<< "${IN_DECLARATIONS:-}"
summary="${RUNNER_TEMP:-/tmp}/policy-summary.md"
code=0
policy eval --format github --format "markdown=$summary" "${arguments[@]}" || code=$?
if [ -f "$summary" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$summary" >> "$GITHUB_STEP_SUMMARY"; fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "exit-code=$code" >> "$GITHUB_OUTPUT"; fi
exit "$code"
