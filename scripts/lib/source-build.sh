# Sourced by setup-interpreters.sh: builds of CPython that no package has, from the source package of a
# distribution: free-threaded, debug, and linked with musl.
#
# A build is complete exactly when it holds the stamp, whose line is "<minor> <version>".

# Where source packages are, the first that serves one is used; and the keys that sign its lists. The
# newest come first; mirrors often have no sources of the suites in development.
readonly SOURCE_SUITES=(
  "debian testing"
  "debian trixie"
  "ubuntu resolute"
  "ubuntu questing"
)
readonly UBUNTU_MIRROR=http://archive.ubuntu.com/ubuntu
readonly BUILD_STAMP=.pyspy-build

# The options and the compiler of each kind of build.
declare -rA BUILD_OPTIONS=(
  [t]="--disable-gil"
  [d]="--with-pydebug"
  [musl]=""
)

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

# Downloads the source of a minor version into $2, its signatures checked; fails where no suite has it.
download_source() {
  local minor=$1 directory=$2 origin suite mirror keys apt
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
      (cd "$directory" && private_apt "$apt" source --download-only --tar-only "python$minor" 2>/dev/null); then
      return
    fi
  done
  return 1
}

# A compiler for musl in the directory $1. musl-gcc knows neither its platform nor the kernel's headers,
# and must not find those of the host's libraries.
write_musl_compiler() {
  mkdir -p "$1/kernel"
  ln -s /usr/include/linux /usr/include/asm-generic "$1/kernel"
  ln -s "/usr/include/$(cc -print-multiarch)/asm" "$1/kernel"
  cat >"$1/musl-cc" <<EOF
#!/bin/sh
for word; do
  if [ "\$word" = --print-multiarch ]; then echo $(uname -m)-linux-musl; exit; fi
done
exec musl-gcc -idirafter $1/kernel "\$@"
EOF
  chmod +x "$1/musl-cc"
}

# Builds a kind ("t", "d", "musl") of a minor version into the directory $3. Two minutes on two cores:
# no tests, no pip, little optimisation.
build_from_source() {
  local minor=$1 kind=$2 target=$3 work log compiler=cc
  work=$(mktemp -d)
  log=$target.log
  mkdir -p "${target%/*}"
  if ! download_source "$minor" "$work"; then
    rm -rf "$work"
    say "No source package of Python $minor at $(debian_mirror) or $UBUNTU_MIRROR"
    return 1
  fi
  mkdir "$work/source"
  tar -xf "$work"/python"$minor"_*.orig.tar.* -C "$work/source" --strip-components=1
  if [[ $kind == musl ]]; then
    write_musl_compiler "$work"
    compiler=$work/musl-cc
  fi
  rm -rf "$target"
  # shellcheck disable=SC2086 # several options
  (
    cd "$work/source"
    if [[ $kind == musl ]]; then export PKG_CONFIG_LIBDIR=$work; fi
    ./configure --quiet --prefix="$target" --without-ensurepip --disable-test-modules \
      ${BUILD_OPTIONS[$kind]} CC="$compiler" OPT="-O1"
    make --silent -j"$(nproc)"
    make --silent commoninstall
  ) >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail 1 "Python $minor ($kind) could not be built; the output is in $log"
  }
  "$target/bin/python$minor" -c '
import json, re, select, threading, time, sys
print("%d.%d" % sys.version_info[:2], sys.version.split()[0])' >"$target/$BUILD_STAMP.partial"
  rm -rf "$work" "$log" "$target"/lib/python*/test "$target"/lib/python*/config-*/*.a
  mv "$target/$BUILD_STAMP.partial" "$target/$BUILD_STAMP"
}
