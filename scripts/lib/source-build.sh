# Sourced by setup-interpreters.sh, after lib/source-package.sh: builds of CPython that no package has, from the source package of a
# distribution: free-threaded, and linked with musl.
#
# A build is complete exactly when it holds the stamp, whose line is "<minor> <version>".

readonly BUILD_STAMP=.pyspy-build

# The options and the compiler of each kind of build.
declare -rA BUILD_OPTIONS=(
  [t]="--disable-gil"
  [musl]=""
)

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

# Builds a kind ("t", "musl") of a minor version into the directory $3. Two minutes on two cores:
# no tests, no pip, little optimisation.
build_from_source() {
  local minor=$1 kind=$2 target=$3 work log compiler=cc
  work=$(mktemp -d)
  log=$target.log
  mkdir -p "${target%/*}"
  if ! download_source "python$minor" "$work"; then
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
