package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"xiaoguan/internal/store"
)

var cluster struct {
	sync.Once
	url  string // of the server; the database name is appended
	err  error
	next atomic.Int64
	// lifeline is held open for as long as the process lives.
	lifeline *os.File
}

// Postgres returns a fresh, migrated PostgreSQL database.
func Postgres(t *testing.T) *store.DB {
	t.Helper()
	return postgresFrom(t, Start)
}

func postgresFrom(t *testing.T, start time.Time) *store.DB {
	t.Helper()
	return open(t, store.Config{URL: PostgresURL(t), Now: ClockFrom(start)})
}

// PostgresURL returns the address of a fresh, migrated PostgreSQL database that several nodes of a test can open.
func PostgresURL(t *testing.T) string {
	t.Helper()
	return createDatabase(t, " TEMPLATE "+templateName())
}

// EmptyPostgresURL returns the address of a PostgreSQL database in which there is nothing.
func EmptyPostgresURL(t *testing.T) string {
	t.Helper()
	return createDatabase(t, "")
}

func createDatabase(t *testing.T, options string) string {
	t.Helper()
	cluster.Do(func() { cluster.url, cluster.err = startCluster() })
	if cluster.err != nil {
		if os.Getenv("CI") == "" && errors.Is(cluster.err, errNotInstalled) {
			t.Skip(cluster.err)
		}
		t.Fatal(cluster.err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), cluster.next.Add(1))
	execute(t, "CREATE DATABASE "+name+options)
	return withDatabase(cluster.url, name)
}

func templateName() string { return fmt.Sprintf("template_%d", os.Getpid()) }

func withDatabase(server, name string) string {
	return strings.Replace(server, "/postgres?", "/"+name+"?", 1)
}

var executeMutex sync.Mutex // CREATE DATABASE needs its template to itself

func execute(t *testing.T, sql string) {
	t.Helper()
	executeMutex.Lock()
	defer executeMutex.Unlock()
	connection, err := pgx.Connect(t.Context(), cluster.url)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close(t.Context())
	if _, err := connection.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// startCluster starts a server on a socket in a folder of its own and prepares the migrated template. Server and folder go with
// this process.
func startCluster() (string, error) {
	if url := os.Getenv("XIAOGUAN_TEST_POSTGRES_URL"); url != "" {
		return url, prepareTemplate(url)
	}
	bin, err := findPostgres()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "xgpg")
	if err != nil {
		return "", err
	}
	if err := cleanUpAfterUs(dir); err != nil {
		return "", errors.Join(fmt.Errorf("start the clean-up: %w", err), os.RemoveAll(dir))
	}
	credential, err := postgresUser(dir)
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
		"-c", "max_wal_size=64MB", "-c", "min_wal_size=32MB")
	server.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Setpgid: true}
	server.Dir = dir
	if err := server.Start(); err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	go func() { _ = server.Wait() }()
	url := "postgres://postgres@/postgres?host=" + dir
	return url, prepareTemplate(url)
}

// cleanUp waits for the end of its input, then stops whatever runs in the folder $1 and removes it, again until nothing writes there.
const cleanUp = `cat >/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do
	pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
	sleep 0.2
	rm -rf "$1" 2>/dev/null && sleep 0.2 && [ ! -e "$1" ] && exit
done`

// cleanUpAfterUs starts a shell that waits for the end of this process, however it ends: the input of the shell is a pipe which only
// this process holds.
func cleanUpAfterUs(dir string) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	shell := exec.Command("sh", "-c", cleanUp, "clean-up", dir)
	shell.Stdin = read
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives an interrupt from the keyboard
	if err := shell.Start(); err != nil {
		return err
	}
	cluster.lifeline = write // never closed: the end of the process does it
	return read.Close()
}

func prepareTemplate(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var connection *pgx.Conn
	for {
		var err error
		if connection, err = pgx.Connect(ctx, url); err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, "DROP DATABASE IF EXISTS "+templateName()); err != nil {
		return err
	}
	if _, err := connection.Exec(ctx, "CREATE DATABASE "+templateName()); err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Config{URL: withDatabase(url, templateName())})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Upgrade(ctx)
}

var errNotInstalled = errors.New("PostgreSQL is not installed")

func findPostgres() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		if path, err := exec.LookPath("initdb"); err == nil {
			found = []string{path}
		}
	}
	if len(found) == 0 {
		return "", errNotInstalled
	}
	sort.Strings(found)
	return filepath.Dir(found[len(found)-1]), nil
}

// postgresUser returns the account that the server runs as and hands it the folder: PostgreSQL refuses to run as root.
func postgresUser(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}
