#!/usr/bin/env bash
# The tests that need neither TensorFlow nor torch, with the oldest dependencies that the project declares.
# Those of the extras (agents, notebooks, fleets, browser) are left to the other runs.
# usage: bash tests/lowest.sh [what pytest gets]
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${LOWEST_VENV:-.venv-lowest}
if [ ! -e "$venv/.ready" ] || [ pyproject.toml -nt "$venv/.ready" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check packaging
  "$venv/bin/python" -m release.lowest > "$venv/lowest.txt"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$venv/lowest.txt" -e . \
    dill hypothesis jsonschema packaging pytest pytest-xdist
  touch "$venv/.ready"
fi
"$venv/bin/python" -m pip --disable-pip-version-check list --format freeze | grep -iFf <(sed 's/==.*/==/' "$venv/lowest.txt") || true
exec "$venv/bin/python" -m pytest -q -n logical --maxprocesses 4 --dist loadgroup -m "not demo and not browser" \
  --ignore tests/browser --ignore tests/mcp --ignore tests/docs --ignore tests/library/test_magic.py \
  --ignore tests/facts/test_fleet.py --ignore tests/callgraph/test_org_store.py --ignore tests/trace/test_compiled_steps.py "${@:-tests}"
