#!/bin/sh
# dvc_exporter check with the settings and the rights of the service: what the service's user
# may not read is found here too.
exec systemd-run --quiet --wait --collect --pipe -p User=dvc-exporter -p EnvironmentFile=/etc/default/dvc-exporter \
	-p ProtectSystem=strict -p ProtectHome=yes -p PrivateTmp=yes /usr/bin/dvc_exporter check
