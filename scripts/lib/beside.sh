# shellcheck shell=bash
# Sourced: runs one thing beside another. What it prints comes when it is waited for, whole, so that the
# lines of the two are not mixed. What is not waited for is ended with the script.

declare -A BESIDE_PIDS=()
beside_logs=$(mktemp -d)
trap end_beside EXIT

end_beside() {
  local pid
  for pid in "${BESIDE_PIDS[@]}"; do kill -- "-$pid" 2>/dev/null || true; done
  rm -rf "$beside_logs"
}

# beside NAME COMMAND...
beside() {
  local name=$1
  shift
  # A process group of its own: its children end with it.
  setsid "$@" >"$beside_logs/$name" 2>&1 </dev/null &
  BESIDE_PIDS[$name]=$!
}

# Returns the status of what was started by that name.
wait_for() {
  local name=$1 status=0
  wait "${BESIDE_PIDS[$name]}" || status=$?
  unset "BESIDE_PIDS[$name]"
  echo "== $name (status $status)"
  cat "$beside_logs/$name"
  return "$status"
}
