#!/usr/bin/env bash
# The tests that need neither TensorFlow nor torch nor a browser, with the oldest dependencies that the project and its
# extras for users (query, notebook, fleet, watch) declare; mcp's own needs are newer.
# usage: bash tests/lowest.sh [what pytest gets]
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${LOWEST_VENV:-.venv-lowest}
if [ ! -e "$venv/.ready" ] || [ pyproject.toml -nt "$venv/.ready" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check packaging
  "$venv/bin/python" -m release.lowest > "$venv/lowest.txt"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$venv/lowest.txt" \
    -e '.[query,notebook,fleet,watch]' attrs dill hypothesis jsonschema packaging pytest pytest-xdist
  touch "$venv/.ready"
fi
"$venv/bin/python" -m pip --disable-pip-version-check list --format freeze | grep -iFf <(sed 's/==.*/==/' "$venv/lowest.txt") || true
exec "$venv/bin/python" -m pytest -q -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m "not demo and not browser" \
  --ignore tests/browser --ignore tests/mcp --ignore tests/docs --ignore tests/trace/test_compiled_steps.py "${@:-tests}"
