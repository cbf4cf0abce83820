#!/bin/sh
# Only dpkg knows `purge`: rpm leaves the state and the user.
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if [ "$1" = purge ]; then
	rm -rf /var/lib/dvc-exporter /etc/systemd/system/multi-user.target.wants/dvc-exporter.service
	if getent passwd dvc-exporter >/dev/null; then userdel dvc-exporter; fi
fi
