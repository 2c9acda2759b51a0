# shellcheck shell=bash
# To be sourced after lib/system.sh, by scripts that keep programs for the tests in a cache. $cache is
# their directory in it.

# Makes "$cache/$1" by running the rest in an empty directory that then takes the name: a set-up that
# is broken off leaves nothing that looks finished.
make_once() {
  local target=$cache/$1 work
  shift
  if [[ -e $target ]]; then return; fi
  say "setting up $(basename "$target")"
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.new.XXXXXX")
  if ! (cd "$work" && "$@" >&2); then
    rm -rf "$work"
    fail 1 "$(basename "$target") could not be set up: see above."
  fi
  mv -T "$work" "$target"
}

# A virtual environment with these packages of PyPI.
make_python() {
  python3 -m venv . && bin/pip install --quiet --disable-pip-version-check "$@"
}
