#!/bin/sh
# Called by dpkg as `remove` or `upgrade …`, by rpm with the number of versions that stay. At
# an upgrade the old version runs until the new one is in place. dpkg's `remove` leaves the
# service enabled, as it leaves its configuration, until `purge`.
set -e
command -v systemctl >/dev/null || exit 0
case "$1" in
remove) if [ -d /run/systemd/system ]; then systemctl stop dvc-exporter.service; fi ;;
0) systemctl disable --now dvc-exporter.service ;;
esac
