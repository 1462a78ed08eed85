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
	return createDatabase(t, " TEMPLATE "+templateName()+" STRATEGY FILE_COPY") // a third of the time that writing a log of all pages takes
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
	execute(t.Context(), t, "CREATE DATABASE "+name+options)
	t.Cleanup(func() { // after its connections were closed: databases of hundreds of tests fill a disk, or memory
		execute(context.WithoutCancel(t.Context()), t, "DROP DATABASE "+name+" WITH (FORCE)")
	})
	return withDatabase(cluster.url, name)
}

// templateName is of this process on a server that others may use, too.
func templateName() string {
	if os.Getenv("XIAOGUAN_TEST_POSTGRES_URL") != "" {
		return fmt.Sprintf("template_%d", os.Getpid())
	}
	return "template_migrated"
}

func withDatabase(server, name string) string {
	return strings.Replace(server, "/postgres?", "/"+name+"?", 1)
}

var executeMutex sync.Mutex // CREATE DATABASE needs its template to itself

func execute(ctx context.Context, t *testing.T, sql string) {
	t.Helper()
	executeMutex.Lock()
	defer executeMutex.Unlock()
	connection, err := pgx.Connect(ctx, cluster.url)
	if err == nil {
		_, err = connection.Exec(ctx, sql)
		_ = connection.Close(ctx)
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// startCluster starts a server on a socket in a folder of its own, over a copy of a cluster that has the migrated template. Server and folder go with
// this process.
func startCluster() (string, error) {
	if url := os.Getenv("XIAOGUAN_TEST_POSTGRES_URL"); url != "" {
		return url, prepareTemplate(url)
	}
	bin, err := findPostgres()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(scratch(), "xgpg")
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
	from, err := prepared("postgres", stamp(filepath.Join(bin, "postgres")), func(place string) error { return makeCluster(bin, dir, place, credential) })
	if err != nil {
		return "", err
	}
	if err := copyTree(from, filepath.Join(dir, "data")); err != nil {
		return "", err
	}
	server, err := startServer(bin, dir, credential)
	if err != nil {
		return "", err
	}
	go func() { _ = server.Wait() }()
	url := serverURL(dir)
	return url, migrateTemplate(url) // what was prepared has all migrations already, but not what a library that was brought up to date has
}

func serverURL(dir string) string { return "postgres://postgres@/postgres?host=" + dir }

// stamp tells one installed program from another.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return path
	}
	return fmt.Sprint(path, info.Size(), info.ModTime().Unix())
}

// makeCluster makes a cluster with the migrated template at a place, working in a folder.
func makeCluster(bin, dir, place string, credential *syscall.Credential) error {
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--wal-segsize=1")
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	server, err := startServer(bin, dir, credential)
	if err != nil {
		return err
	}
	err = prepareTemplate(serverURL(dir))
	_ = server.Process.Signal(syscall.SIGINT) // fast shutdown: everything is written
	if _, ended := server.Process.Wait(); err == nil {
		err = ended
	}
	if err == nil {
		err = copyTree(data, place)
	}
	return errors.Join(err, os.RemoveAll(data))
}

// startServer starts a server of the cluster in the folder, which forgets nothing that matters to tests when it is told to hurry: nothing outlives them.
func startServer(bin, dir string, credential *syscall.Credential) (*exec.Cmd, error) {
	arguments := []string{"-D", filepath.Join(dir, "data"), "-k", dir}
	for _, setting := range []string{"listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB",
		"max_wal_size=64MB", "min_wal_size=32MB", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off", "jit=off"} {
		arguments = append(arguments, "-c", setting)
	}
	server := exec.Command(filepath.Join(bin, "postgres"), arguments...)
	server.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Setpgid: true}
	server.Dir = dir
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	return server, nil
}

// copyTree copies a folder with its owners and modes.
func copyTree(from, to string) error {
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %w: %s", err, out)
	}
	return nil
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

// prepareTemplate makes the template anew.
func prepareTemplate(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	connection, err := connect(ctx, url)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, "DROP DATABASE IF EXISTS "+templateName()); err != nil {
		return err
	}
	if _, err := connection.Exec(ctx, "CREATE DATABASE "+templateName()); err != nil {
		return err
	}
	return migrateTemplate(url)
}

// migrateTemplate brings the template up to date.
func migrateTemplate(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	connection, err := connect(ctx, url)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	db, err := store.Open(ctx, store.Config{URL: withDatabase(url, templateName())})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Upgrade(ctx)
}

// connect waits until a server answers.
func connect(ctx context.Context, url string) (*pgx.Conn, error) {
	for {
		connection, err := pgx.Connect(ctx, url)
		if err == nil {
			return connection, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
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
