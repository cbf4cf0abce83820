package pinned

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgreSQL starts a server of its own, if PostgreSQL is installed; else dsn is
// empty. Nothing is pinned: whichever version is there is used. It listens on a socket
// in a folder of its own and is gone after stop.
func PostgreSQL() (dsn string, stop func(), err error) {
	bin := postgresFolder()
	if bin == "" {
		return "", func() {}, nil
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return "", nil, err
	}
	var attr *syscall.SysProcAttr
	if os.Getuid() == 0 { // PostgreSQL does not run as root
		account, err := user.Lookup("postgres")
		if err != nil {
			return "", nil, err
		}
		uid, _ := strconv.Atoi(account.Uid)
		gid, _ := strconv.Atoi(account.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return "", nil, err
		}
		attr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	run := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.SysProcAttr, cmd.Dir = attr, dir
		log, err := os.CreateTemp("", "pg") // a pipe would stay open in the server
		if err != nil {
			return err
		}
		defer func() { _ = log.Close(); _ = os.Remove(log.Name()) }()
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("%s: %w: %s", name, err, said)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	if err := run("initdb", "-D", data, "-U", "dvc", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
		_ = os.RemoveAll(dir)
	}
	if err := run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", "-c listen_addresses='' -c fsync=off -k "+dir, "start"); err != nil {
		stop()
		return "", nil, err
	}
	return "host=" + dir + " user=dvc dbname=postgres", stop, nil
}

// postgresFolder returns the folder of initdb and pg_ctl, as distributions have it.
func postgresFolder() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// Database runs statements in a database of its own on a server that PostgreSQL
// started, and returns the DSN of a role that may read its tables.
func Database(t testing.TB, dsn, statements string) string {
	t.Helper()
	name := "t" + strconv.FormatInt(time.Now().UnixNano(), 36)
	exec := func(dsn, statements string) {
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(context.Background()) }()
		if _, err := conn.Exec(t.Context(), statements, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	exec(dsn, "CREATE DATABASE "+name)
	own := strings.Replace(dsn, "dbname=postgres", "dbname="+name, 1)
	exec(own, statements)
	exec(own, `DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`)
	return strings.Replace(own, "user=dvc", "user=reader", 1)
}
