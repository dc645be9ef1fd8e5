#!/usr/bin/env bash
# Makes charts.js, charts.json and charts.LICENSE again, to the byte: make.sh [FOLDER], by default the one above.
# npm ci installs what package-lock.json names and refuses whatever has another digest.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
out="$(cd "${1:-$here/..}" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$here"/{package.json,package-lock.json,charts.js,bundle.js} "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --silent
node bundle.js "$out"
