#!/bin/bash
# Builds wheel and source distribution of a version into dist/, and tries both far from this folder:
#     bash tests/tools/build_release.sh 1.2.0
# The version is the tag's; the one in pyproject.toml is for clones.
set -euo pipefail
version="$1"
if ! [[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    echo "version: got '$version'; allowed are three numbers such as 1.2.0" >&2
    exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if ! grep -q "^## $version" CHANGELOG.md; then
    echo "CHANGELOG.md: no section '## $version'; write what this version changes" >&2
    exit 2
fi
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

echo "== build"
mkdir "$place/source"
git archive HEAD | tar -x -C "$place/source"
sed -i.before "s/^version = .*/version = \"$version\"/" "$place/source/pyproject.toml"
rm "$place/source/pyproject.toml.before"
python3 -m venv "$place/build"
"$place/build/bin/python" -m pip install --quiet build twine
rm -rf dist
"$place/build/bin/python" -m build --outdir "$PWD/dist" "$place/source" > "$place/log" || { cat "$place/log"; exit 1; }
"$place/build/bin/twine" check --strict dist/*

echo "== the wheel, installed beside the locked packages"
python="$place/try/bin/python"
python3 -m venv "$place/try"
"$python" -m pip install --quiet --require-hashes -r requirements-lock.txt -r requirements-dev-lock.txt
"$python" -m pip install --quiet --no-deps dist/*.whl

echo "== the source distribution, unpacked, tests the wheel"
tar -xzf dist/*.tar.gz -C "$place"
cd "$place/fmnist_lessons-$version"
# -P: the installed package, not the folder we are in.
"$python" -P -c "
import importlib.metadata, fmnist_lessons
assert importlib.metadata.version('fmnist-lessons') == '$version'
assert 'site-packages' in fmnist_lessons.__file__, fmnist_lessons.__file__
"
"$python" -P -m pytest -q ${TESTS:-tests/test_data.py tests/test_import.py tests/test_notebooks.py tests/test_exercises.py tests/test_environment.py}
"$python" -P tests/tools/drift_report.py notebooks/01_look_at_the_data.ipynb
