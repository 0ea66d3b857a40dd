#!/bin/sh
# What tests need beside npm's packages: Chromium, for those of the page. Does nothing where it is there already.
set -eu
for browser in chromium chromium-browser google-chrome; do
  command -v "$browser" >/dev/null && exit 0
done
command -v apt-get >/dev/null || { echo "install Chromium by hand: this system has no apt-get" >&2; exit 1; }
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core
