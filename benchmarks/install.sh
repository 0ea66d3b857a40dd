#!/bin/sh
# Installs what the benchmarks run beside Proctor: wrk, h2load, nginx, openssl, taskset. Safe to run again.
set -eu

# Debian keeps servers in /usr/sbin, which a plain user's PATH lacks.
PATH="$PATH:/usr/local/sbin:/usr/sbin"

has() { command -v "$1" >/dev/null 2>&1; }

missing=''
has wrk || missing="$missing wrk"
has h2load || missing="$missing nghttp2-client"
has nginx || missing="$missing nginx"
has openssl || missing="$missing openssl"
has taskset || missing="$missing util-linux"

if [ -z "$missing" ]; then
  echo 'wrk, h2load, nginx, openssl and taskset are here already: nothing installed'
  exit 0
fi

if ! has apt-get; then
  echo "no apt-get here; install with this system's own package manager:$missing" >&2
  exit 1
fi

as_root=''
if [ "$(id -u)" -ne 0 ]; then
  if ! has sudo; then
    echo "installing$missing takes root: run this script as root" >&2
    exit 1
  fi
  as_root='sudo'
fi

$as_root apt-get update
# shellcheck disable=SC2086 # one argument per package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
echo "installed:$missing"

# Debian starts a web server with the package. The benchmarks start their own, on their own port.
case "$missing" in
  *nginx*)
    if has systemctl && systemctl is-active --quiet nginx; then
      $as_root systemctl disable --now nginx
      echo 'stopped and disabled the nginx service that the package had started'
    fi
    ;;
esac
