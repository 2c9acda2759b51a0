# Sourced by the setup scripts: becoming root, and Debian's package tools.
# Exit codes are those of the whole project (docs/architecture.md): 2 usage, 5 permission, 6 unsupported.

# shellcheck disable=SC2034 # used by the scripts that source this
readonly EXIT_USAGE=2 EXIT_PERMISSION=5 EXIT_UNSUPPORTED=6

say() { printf '%s\n' "$*" >&2; }

fail() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# Replaces this process by "$@" run as root. Variables do not survive sudo: pass them through env(1).
exec_as_root() {
  if command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
    exec sudo "$@"
  fi
  fail "$EXIT_PERMISSION" "This needs root, and sudo cannot be used here. Run as root:
 $(printf ' %q' "$@")"
}

# apt-get talks on stdout, which belongs to the calling script's own product.
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@" >&2; }

# Installs packages. The lists are refreshed only when apt cannot install from those it has: a fresh
# container image has none, an old machine has some whose packages are gone from the mirror.
install_packages() {
  local log status=0
  log=$(mktemp)
  if ! apt_get install --no-install-recommends "$@" 2>"$log" >&2; then
    { apt_get update && apt_get install --no-install-recommends "$@"; } 2>"$log" || status=$?
  fi
  if ((status != 0)); then cat "$log" >&2; fi
  rm -f "$log"
  return "$status"
}
