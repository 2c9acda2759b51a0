# shellcheck shell=bash
# To be sourced after lib/system.sh and lib/debian-root.sh: the source packages of distributions.

# Where source packages are, the first that serves one is used; and the keys that sign its lists. The
# newest come first; mirrors often have no sources of the suites in development.
readonly SOURCE_SUITES=(
  "debian testing"
  "debian trixie"
  "ubuntu resolute"
  "ubuntu questing"
)
readonly UBUNTU_MIRROR=http://archive.ubuntu.com/ubuntu

# apt-get with lists and a cache of its own in $1, which has "sources.list".
private_apt() {
  local apt=$1 command=$2
  shift 2
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
  apt-get -qq -o "Dir::Etc::SourceList=$apt/sources.list" -o "Dir::Etc::SourceParts=$apt/parts" \
    -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root \
    "$command" "$@" >&2
}

# Debian has the keys of Ubuntu as a package; prints where they are put.
ubuntu_keyring() {
  local apt=$1/keys
  mkdir -p "$apt"
  printf 'deb [signed-by=%s] %s testing main\n' "$DEBIAN_KEYRING" "$(debian_mirror)" >"$apt/sources.list"
  private_apt "$apt" update
  (cd "$apt" && private_apt "$apt" download ubuntu-keyring && dpkg-deb -x ubuntu-keyring_*.deb .)
  printf '%s\n' "$apt/usr/share/keyrings/ubuntu-archive-keyring.gpg"
}

# Downloads the source of a package into $2, its signatures checked; fails where no suite has it.
download_source() {
  local package=$1 directory=$2 origin suite mirror keys apt
  for source in "${SOURCE_SUITES[@]}"; do
    read -r origin suite <<<"$source"
    apt=$directory/$origin-$suite
    mkdir -p "$apt"
    if [[ $origin == debian ]]; then
      mirror=$(debian_mirror) keys=$DEBIAN_KEYRING
    else
      mirror=$UBUNTU_MIRROR keys=$(ubuntu_keyring "$directory")
    fi
    printf 'deb-src [signed-by=%s] %s %s main\n' "$keys" "$mirror" "$suite" >"$apt/sources.list"
    if private_apt "$apt" update 2>/dev/null &&
      (cd "$directory" && private_apt "$apt" source --download-only --tar-only "$package" 2>/dev/null); then
      return
    fi
  done
  return 1
}
