//go:build engine

package engine_test

import (
	"errors"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"dvc_exporter/tools/pinned"
)

// packages makes them as `make packages` does and returns the folder that holds them.
func packages(t testing.TB, version string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), version)
	shell(t, pinned.Root(t), "make packages VERSION="+version+" && mv dist "+dir)
	return dir
}

// machine is a Debian that has booted.
type machine struct {
	*testing.T
	name string
}

// boot starts a Debian with systemd, without a network: the exporter is not to ask the real
// portal. Only what systemd needs is allowed to it.
func boot(t *testing.T) machine {
	t.Helper()
	name := docker(t, "run", "-d", "--network", "none", "--cap-add", "SYS_ADMIN", "--cap-add", "NET_ADMIN", "--cap-add", "SYS_PTRACE", "--cap-add", "DAC_READ_SEARCH",
		"--security-opt", "seccomp=unconfined", "--security-opt", "systempaths=unconfined", "--cgroupns", "host", "-v", "/sys/fs/cgroup:/sys/fs/cgroup",
		"--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec", "-e", "container=docker", "-e", "DEBIAN_FRONTEND=noninteractive", debianImage, "/sbin/init")
	t.Cleanup(func() { _, _ = try(t.Context(), "", "docker", "rm", "-f", name) })
	m := machine{t, name}
	eventually(t, "Debian has booted", func() error {
		said, _ := m.try("systemctl is-system-running")
		if said != "running" {
			return errors.New(said)
		}
		return nil
	})
	return m
}

func (m machine) try(script string) (string, error) {
	return try(m.Context(), "", "docker", "exec", m.name, "bash", "-euo", "pipefail", "-c", script)
}

func (m machine) run(script string) string {
	m.Helper()
	return docker(m, "exec", m.name, "bash", "-euo", "pipefail", "-c", script)
}

// serves waits until the service of a version answers.
func (m machine) serves(version string) {
	m.Helper()
	eventually(m, "dvc_exporter "+version+" serves", func() error {
		said, err := m.try("curl -fsS localhost:9766/metrics | grep ^dvc_exporter_build_info")
		if err != nil || !strings.Contains(said, `version="`+version+`"`) {
			return errors.New(said)
		}
		return nil
	})
}

func TestPackages(t *testing.T) {
	debian(t)
	old, release, second := packages(t, "v0.0.1"), packages(t, "v0.0.2"), packages(t, "v0.0.2")
	t.Log("\n" + shell(t, release, "ls -l | awk '{ print $5, $9 }'; dpkg-deb -c *_amd64.deb | awk '{ print $1, $2, $3, $6 }'"))
	if different, err := try(t.Context(), "", "diff", "-r", release, second); err != nil {
		t.Errorf("two builds of one commit differ: %s", different)
	}
	shell(t, release, "sha256sum --check --quiet SHA256SUMS && test $(wc -l < SHA256SUMS) = 8")

	m := boot(t)
	for dir, name := range map[string]string{old: "old.deb", release: "new.deb"} {
		shell(t, dir, "docker exec -i "+m.name+" sh -c 'cat > /var/tmp/"+name+"' < *_amd64.deb")
	}
	m.run("apt-get install -qq /var/tmp/old.deb")
	m.serves("v0.0.1")
	if said := m.run("ss -Hltn 2>/dev/null || cat /proc/net/tcp6; systemctl show -p User,ActiveState,NRestarts dvc-exporter"); !strings.Contains(said, "User=dvc-exporter") || !strings.Contains(said, "NRestarts=0") {
		t.Errorf("the service: %s", said)
	}

	// Records are read by the service's own user; what it found outlasts the upgrade.
	m.run(`mkdir -p /srv/dvc/ho-so && echo 'MaHoSo,DonViXuLy,TrangThaiHoSo,NgayTiepNhan,NgayHenTra
H26.01-1,Sở Tư pháp,2,2026-01-05 08:00,2026-01-09 17:00' > /srv/dvc/ho-so/a.csv
		echo 'DVC_RECORDS=/srv/dvc/ho-so' >> /etc/default/dvc-exporter && systemctl restart dvc-exporter`)
	eventually(t, "an overdue dossier is counted", func() error {
		said, err := m.try(`curl -fsS localhost:9766/metrics | grep '^dvc_dossiers_overdue{.*stage="processing".* 1$'`)
		if err != nil {
			return errors.New(said)
		}
		return nil
	})
	if said, err := m.try("dvc-exporter-check"); err == nil || !regexp.MustCompile(`(?m)^ok +records +ho-so`).MatchString(said) || !strings.Contains(said, "portal") {
		t.Errorf("dvc-exporter-check: %v, without a portal\n%s", err, said)
	}
	m.run("apt-get install -qq /var/tmp/new.deb")
	m.serves("v0.0.2")
	m.run("grep -q DVC_RECORDS=/srv/dvc/ho-so /etc/default/dvc-exporter && ls /var/lib/dvc-exporter/* && systemctl is-enabled dvc-exporter")
	if log := m.run("journalctl -u dvc-exporter --no-pager -o cat"); strings.Contains(log, "level=ERROR") {
		t.Errorf("the service's log: %s", log)
	}

	// The unit as it is installed.
	m.run("systemd-analyze verify /usr/lib/systemd/system/dvc-exporter.service")
	exposure := m.run("systemd-analyze security --offline=yes --no-pager dvc-exporter.service | tail -1")
	t.Log(exposure)
	if figure, err := strconv.ParseFloat(match(t, exposure, `: ([\d.]+) `), 64); err != nil || figure >= 2 {
		t.Errorf("exposure %v (%v), not under 2.0", figure, err)
	}

	m.run("apt-get remove -qq dvc-exporter && ! curl -s localhost:9766 && test -e /etc/default/dvc-exporter && test -e /var/lib/dvc-exporter")
	m.run("apt-get install -qq /var/tmp/new.deb")
	m.serves("v0.0.2")
	m.run("apt-get purge -qq dvc-exporter")
	if left, err := m.try(`find / -xdev -path /proc -prune -o -path /root -prune -o -name '*dvc[-_]exporter*' -print | grep -vE '^/(var/(lib/(dpkg|apt|systemd)|log|cache)|sys)/'; getent passwd dvc-exporter`); err == nil {
		t.Errorf("purge leaves %s", left)
	}
}

// TestRpm: the .rpm holds what the .deb holds.
func TestRpm(t *testing.T) {
	dir := packages(t, "v0.0.2")
	names := func(command string) []string {
		var list []string
		for name := range strings.FieldsSeq(shell(t, dir, command)) {
			if name = strings.TrimSuffix(strings.TrimPrefix(name, "."), "/"); strings.Contains(filepath.Base(name), ".") { // a file, not a folder
				list = append(list, name)
			}
		}
		return list
	}
	deb, rpm := names("dpkg-deb -c *_arm64.deb | awk '{ print $6 }' | sort"), names("rpm -qlp *.aarch64.rpm | sort")
	if strings.Join(deb, "\n") != strings.Join(rpm, "\n") || len(deb) < 30 {
		t.Errorf("the .deb holds %q, the .rpm %q", deb, rpm)
	}
	if scripts := shell(t, dir, "rpm -qp --scripts *.x86_64.rpm"); !regexp.MustCompile(`(?s)postinstall.*systemd-sysusers`).MatchString(scripts) {
		t.Error(scripts)
	}
}
