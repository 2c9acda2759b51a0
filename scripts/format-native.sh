#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Formats the C++ sources with clang-format. With --check: fails where one is not formatted.
set -euo pipefail
cd "$(dirname "$0")/../packages/capture/native"

mapfile -t files < <(find base process cpython sampler wire agent -name '*.cc' -o -name '*.h' |
  grep -v wire/pspy_fields.h)
if [ "${1-}" = --check ]; then
  clang-format --dry-run -Werror "${files[@]}"
else
  clang-format -i "${files[@]}"
fi
