package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"xiaoguan/internal/store/migrate"
)

// preparedDays is after how long without use what was prepared is thrown away.
const preparedDays = 3

// prepared returns the place of what takes long to make and is the same for every test process: a cluster and a file that are migrated. It is made once on a machine
// for each state of the migrations, by whoever comes first, and kept beside other temporary files. fill makes it at the place that it is given.
func prepared(kind, of string, fill func(place string) error) (place string, err error) {
	base, err := preparedFolder()
	if err != nil {
		return "", err
	}
	key, err := migrationsKey(of)
	if err != nil {
		return "", err
	}
	place = filepath.Join(base, kind+"-"+key)
	now := time.Now()
	if os.Chtimes(place, now, now) == nil {
		return place, nil
	}
	forget(base, now.AddDate(0, 0, -preparedDays))
	making, err := os.MkdirTemp(base, "making-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(making)
	if err := fill(filepath.Join(making, kind)); err != nil {
		return "", err
	}
	err = os.Rename(filepath.Join(making, kind), place)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTEMPTY) { // somebody else was faster
		err = nil
	}
	return place, err
}

// scratch is where clusters are: in memory where there is room, because a database is a thousand files, and making them takes ten times as long on a disk.
// Empty stands for the usual place of temporary files.
func scratch() string {
	const memory, room = "/dev/shm", 3 << 30
	var free syscall.Statfs_t
	if err := syscall.Statfs(memory, &free); err != nil || int64(free.Bavail)*int64(free.Bsize) < room {
		return ""
	}
	return memory
}

// preparedFolder is a folder of this user that nobody else can write to.
func preparedFolder() (string, error) {
	base := filepath.Join(os.TempDir(), fmt.Sprintf("xiaoguan-tests-%d", os.Geteuid()))
	if err := os.Mkdir(base, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(base)
	if err != nil {
		return "", err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || info.Mode().Perm()&0o022 != 0 || ok && int(owner.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s is not a folder of this user alone", base)
	}
	return base, nil
}

// forget removes what nobody has used since.
func forget(base string, since time.Time) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(since) {
			_ = os.RemoveAll(filepath.Join(base, e.Name()))
		}
	}
}

// migrationsKey names a state of the migrations, and what they are applied to.
func migrationsKey(of string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, of)
	for _, engine := range []string{"sqlite", "postgres"} {
		files := migrate.Files(engine)
		names, err := fs.Glob(files, "*.sql")
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %s %d\n%s", engine, name, len(text), text)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:12]), nil
}
