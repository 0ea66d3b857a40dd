#!/bin/sh
# Installs the peers into benchmarks/.cache/peers, which git ignores: k6, Locust, autocannon, Artillery and oha.
# Safe to run again: what is there in its version is left alone. One that cannot be installed is said and skipped.
#   sh benchmarks/install-peers.sh          all of them; k6 and oha are compiled, which takes minutes
#   sh benchmarks/install-peers.sh oha k6   these
set -u

K6=v1.8.1
LOCUST=2.47.0
AUTOCANNON=9.0.0
ARTILLERY=2.0.34
OHA=1.16.0

cache="$(cd "$(dirname "$0")" && pwd)/.cache/peers"
mkdir -p "$cache/logs"

has() { command -v "$1" >/dev/null 2>&1; }

needs() { has "$1" || { echo "needs $1, which is not here"; return 1; }; }

install_k6() {
  needs go && GOBIN="$cache/bin" nice -n 19 go install "go.k6.io/k6@$K6"
}

install_oha() {
  needs cargo && nice -n 19 cargo install oha --version "$OHA" --locked --root "$cache"
}

install_locust() {
  needs python3 && python3 -m venv "$cache/locust" && "$cache/locust/bin/pip" install --quiet "locust==$LOCUST"
}

# Their install scripts only fetch browsers and the like, which a load of plain HTTP has no use for.
install_from_npm() {
  needs npm && mkdir -p "$cache/$1" &&
    npm install --prefix "$cache/$1" --ignore-scripts --no-audit --no-fund --loglevel=error "$1@$2"
}

install_autocannon() { install_from_npm autocannon "$AUTOCANNON"; }

install_artillery() { install_from_npm artillery "$ARTILLERY"; }

version_of() {
  case "$1" in
    k6) echo "$K6" ;;
    oha) echo "$OHA" ;;
    locust) echo "$LOCUST" ;;
    autocannon) echo "$AUTOCANNON" ;;
    artillery) echo "$ARTILLERY" ;;
    *) return 1 ;;
  esac
}

[ $# -gt 0 ] || set -- locust autocannon artillery oha k6

failed=''
for name in "$@"; do
  if ! version=$(version_of "$name"); then
    echo "there is no peer $name: expected locust, autocannon, artillery, oha or k6" >&2
    exit 2
  fi
  stamp="$cache/$name.installed"
  if [ "$(cat "$stamp" 2>/dev/null)" = "$version" ]; then
    echo "$name $version is here already"
  elif "install_$name" >"$cache/logs/$name.log" 2>&1; then
    echo "$version" >"$stamp"
    echo "$name $version installed"
  else
    failed="$failed $name"
    echo "$name $version could not be installed; the benchmark goes on without it. Its last words:" >&2
    tail -n 5 "$cache/logs/$name.log" | sed 's/^/  /' >&2
  fi
done

[ -z "$failed" ]
