#!/usr/bin/env bash
# The tests that need neither TensorFlow nor torch, on each other supported interpreter that is found.
set -euo pipefail
cd "$(dirname "$0")/.."
export CALLCHAIN_EACH_PYTHON_IN_TURN=1
found=0
for version in 3.12 3.13; do
  python=""
  for candidate in "$(command -v "python$version" || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/"python$version"; do
    [ -n "$candidate" ] && "$candidate" -c 'import sys' 2>/dev/null && { python=$candidate; break; }
  done
  [ -n "$python" ] || { echo "python$version: not found on this machine, not tested"; continue; }
  found=$((found + 1))
  venv=".venv-$version"
  if [ ! -e "$venv/.ready" ] || [ pyproject.toml -nt "$venv/.ready" ]; then
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints/dev.txt -e '.[dev]'
    touch "$venv/.ready"
  fi
  echo "== $("$venv/bin/python" --version)"
  "$venv/bin/python" -m pytest -q -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m "not demo and not browser and not any_python"
done
echo "other interpreters tested: $found"
