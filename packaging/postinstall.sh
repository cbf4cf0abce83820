#!/bin/sh
# Called by dpkg as `configure [old version]`, by rpm with the number of installed versions.
set -e
systemd-sysusers /usr/lib/sysusers.d/dvc-exporter.conf
command -v systemctl >/dev/null || exit 0
case "$1/$2" in
configure/ | 1/) systemctl enable dvc-exporter.service ;;
esac
[ -d /run/systemd/system ] || exit 0 # an image is being made: nothing runs in it
systemctl daemon-reload
if systemctl --quiet is-enabled dvc-exporter.service; then systemctl restart dvc-exporter.service; fi
