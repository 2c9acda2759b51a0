#!/usr/bin/env bash
# Provides a Chromium for the browser tests and prints its path on stdout.
#
#   PYSPY_BROWSER   a browser that the tests should use instead; it is checked, nothing is installed

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/system.sh"

# Where Playwright and Puppeteer keep the builds that they download. Newest last, as the names sort.
downloaded_browsers() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}
  compgen -G "$cache/ms-playwright/chromium-*/chrome-linux*/chrome" | sort -V || true
  compgen -G "$cache/puppeteer/chrome/*/chrome-linux*/chrome" | sort -V || true
}

# A browser counts only if it starts: Ubuntu's chromium-browser is a shell script that asks for snap.
starts() { timeout 20 "$1" --version 2>/dev/null </dev/null | grep -qE '^(Chromium|Google Chrome)'; }

find_browser() {
  local name path
  for name in chromium google-chrome-stable google-chrome chromium-browser; do
    if path=$(type -P "$name") && starts "$path"; then
      printf '%s\n' "$path"
      return
    fi
  done
  while read -r path; do
    if starts "$path"; then
      printf '%s\n' "$path"
      return
    fi
  done < <(downloaded_browsers | tac)
  return 1
}

# Ubuntu's package of the name only installs the snap, which cannot run in a container or a CI job.
distribution_has_chromium() {
  command -v apt-get >/dev/null && ! grep -qs '^ID=ubuntu' /etc/os-release
}

if [[ -n ${PYSPY_BROWSER:-} ]]; then
  starts "$PYSPY_BROWSER" || fail 1 "PYSPY_BROWSER is $PYSPY_BROWSER, which does not start as a Chromium."
  printf '%s\n' "$PYSPY_BROWSER"
  exit
fi

if find_browser; then exit; fi

if ! distribution_has_chromium; then
  fail "$EXIT_UNSUPPORTED" "No Chromium here, and this distribution has no package that runs without snap." \
    $'\nInstall one of these and run this again:' \
    $'\n  npx playwright install --with-deps chromium' \
    $'\n  Google Chrome from https://www.google.com/chrome/' \
    $'\nor name an installed one: PYSPY_BROWSER=/path/to/chrome'
fi

if ((EUID != 0)); then exec_as_root bash "$here/setup-browser.sh"; fi

say "Installing Chromium."
# The font is what the page's text is drawn with; without any, screenshots show empty boxes.
install_packages chromium fonts-dejavu-core
find_browser || fail 1 "Chromium was installed but does not start: try chromium --version"
