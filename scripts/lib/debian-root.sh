# Sourced by setup scripts: makes one Debian root directory with Pythons in it.
#
# A root is complete exactly when it holds the stamp: it is built beside its place, stamped last and
# then renamed, so an interrupted build is never mistaken for a root. The stamp's lines are
# "<minor> <package version>"; a minor with -d is its debug build.

readonly ROOT_STAMP=.pyspy-root
readonly DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# The Debian mirror that this machine's apt uses; the public one where apt uses none (as on Ubuntu).
debian_mirror() {
  local mirror=${PYSPY_DEBIAN_MIRROR:-}
  if [[ -z $mirror ]]; then
    # Without downloaded lists apt does not know the origin, so the path decides. The security
    # archive and the like are no place to bootstrap from.
    # shellcheck disable=SC2016 # apt expands it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
      grep -E '^(https?|file):.*/debian/?$' | head -n 1 || true)
  fi
  mirror=${mirror:-http://deb.debian.org/debian}
  printf '%s\n' "${mirror%/}"
}

# debootstrap downloads with wget, which reads the proxy from the environment, not from apt's settings.
use_apt_proxy() {
  local proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  if [[ -n $proxy && $proxy != DIRECT ]]; then export http_proxy=${http_proxy:-$proxy}; fi
}

install_debootstrap() {
  local missing=()
  if ! command -v debootstrap >/dev/null; then missing+=(debootstrap); fi
  if ! command -v wget >/dev/null; then missing+=(wget); fi
  # Ubuntu's debootstrap knows Debian's suites but brings no keys for them.
  if [[ ! -e $DEBIAN_KEYRING ]]; then missing+=(debian-archive-keyring); fi
  if ((${#missing[@]})); then install_packages ca-certificates "${missing[@]}"; fi
}

# The package of a minor version, whose program has the same name: python3.14, python3.14-dbg.
python_package() { printf 'python%s\n' "${1/%-d/-dbg}"; }

# Whether a suite has the package of a minor version. $3 is a directory that keeps the suites' lists of
# Pythons between calls. The list only plans; debootstrap checks the signatures of what it installs.
suite_offers() {
  local suite=$1 minor=$2 pythons=$3/$1 url
  if [[ ! -e $pythons ]]; then
    url=$(debian_mirror)/dists/$suite/main/binary-$(dpkg --print-architecture)/Packages.gz
    if ! wget -q --tries=3 --timeout=30 -O - "$url" | gzip -dc 2>/dev/null |
      grep -xE 'Package: python3\.[0-9]+(-dbg)?' >"$pythons"; then
      say "No list of Pythons from $url"
    fi
  fi
  grep -qxF "Package: $(python_package "$minor")" "$pythons"
}

root_has() {
  grep -qs "^${2//./\\.} " "$1/$ROOT_STAMP"
}

# debootstrap mounts /proc and /sys inside the root while it works. In a mount namespace of its own
# they vanish with it, also when it is killed; a container may not allow that.
in_own_mounts() {
  if unshare --mount --propagation private true 2>/dev/null; then
    unshare --mount --propagation private "$@"
  else
    "$@"
  fi
}

# What tests need from an interpreter: threads, JSON, ctypes, event loops, and semaphores in /dev/shm.
# The glibc of Debian bullseye makes those only on a tmpfs: Python 3.9 there has no multiprocessing locks.
check_python() {
  chroot "$1" "/usr/bin/$(python_package "$2")" -c '
import asyncio, ctypes, json, multiprocessing, os, re, threading
open(os.devnull).close(); os.urandom(1)
if os.sys.version_info >= (3, 10): multiprocessing.Lock()'
}

# Builds the root $1 of the suite $2 with the Pythons $3... A root that is already there is replaced.
# The root needs no mounts to run Python: debootstrap makes the device nodes as files of the root.
build_root() {
  local root=$1 suite=$2 partial=$1.partial minor packages= log
  shift 2
  for minor; do packages+=,$(python_package "$minor"); done
  # --one-file-system: should mounts of an interrupted build be left after all, do not empty them.
  rm -rf --one-file-system "$partial"
  mkdir -p "$partial"
  log=$partial.log

  # Synced or not: what is interrupted is built anew.
  DPKG_FORCE=unsafe-io in_own_mounts debootstrap --variant=minbase --keyring="$DEBIAN_KEYRING" --include="${packages#,}" \
    "$suite" "$partial" "$(debian_mirror)" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail 1 "debootstrap could not make $partial; its output is in $log"
  }

  chmod 1777 "$partial/dev/shm"
  # Where the tests put their programs, whoever runs them (programPath in test/support/python-command.ts).
  mkdir -m 1777 "$partial/tmp/pyspy"
  rm -rf "$partial/var/cache/apt/archives" "$partial/var/lib/apt/lists"
  for minor; do check_python "$partial" "$minor"; done

  for minor; do
    chroot "$partial" dpkg-query -W -f "$minor \${Version}\n" "$(python_package "$minor")"
  done >"$partial/$ROOT_STAMP"
  rm -rf --one-file-system "$root" "$log"
  mv -T "$partial" "$root"
}
