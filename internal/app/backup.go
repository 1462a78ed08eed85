package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"xiaoguan/internal/backup"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
)

// keyFile and importsFolder are what a data folder holds beside the database.
const (
	keyFile       = "installation.key"
	importsFolder = "imports"
)

// BackupEnding is how names of backups end; one that is being written is called otherwise.
const BackupEnding = ".xiaoguan.zip"

// BackupName is what a backup of a moment is called.
func BackupName(at time.Time) string { return at.UTC().Format("20060102T150405Z") + BackupEnding }

// Backup writes a database down in a file that must not be there yet, as it is: the database is not brought to this version. The key comes along when it lies
// in the data folder, unless it shall not. An installation may be at work meanwhile.
func Backup(ctx context.Context, options Options, path string, withoutKey bool, told func(table string, rows int64)) (m *backup.Manifest, err error) {
	defer errs.Wrap(&err, "app.Backup")
	db, err := store.Open(ctx, store.Config{URL: options.DatabaseURL, Dir: options.Dir, Log: options.Log})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	now := time.Now
	if options.Now != nil {
		now = options.Now
	}
	return writeBackup(ctx, db, options, path, now(), withoutKey, told)
}

func writeBackup(ctx context.Context, db *store.DB, options Options, path string, at time.Time, withoutKey bool, told func(table string, rows int64)) (m *backup.Manifest, err error) {
	o := backup.Options{Files: os.DirFS(options.Dir), Roots: []string{importsFolder}, Told: told,
		About: backup.About{Program: options.Version, Engine: db.Engine(), At: at.UTC().Truncate(time.Second), Storage: options.Storage}}
	if key, err := knownKey(options.Dir); err != nil {
		return nil, err
	} else if key != nil {
		o.KeyDigest = keyDigest(key)
	}
	if !withoutKey && os.Getenv(keyVariable) == "" {
		o.Roots = append(o.Roots, keyFile)
	}
	err = writeWhole(path, func(to io.Writer) error {
		m, err = backup.Write(ctx, to, db.Backups(), o)
		return err
	})
	return m, err
}

// writeWhole writes a file that is there under its name when all of it is on the disk.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return errs.New(errs.KindConflict, "backup.file_exists", errs.Args{"Path": path})
	}
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return errs.New(errs.KindInvalid, "backup.unwritable", errs.Args{"Path": path}).Because(err)
	}
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, path)
}

// knownKey is the key of an installation that has one; nil for none.
func knownKey(dir string) ([]byte, error) {
	if os.Getenv(keyVariable) == "" {
		if _, err := os.Stat(filepath.Join(dir, keyFile)); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	return installationKey(dir)
}

// keyDigest tells keys apart.
func keyDigest(key []byte) string {
	sum := sha256.Sum256(append([]byte("xiaoguan key\x00"), key...))
	return hex.EncodeToString(sum[:8])
}

// Restore fills an installation in which there is nothing from a backup, and brings it to this version. When the folder or the environment has a key, it must
// be that of the backup.
func Restore(ctx context.Context, options Options, a *backup.Archive) (err error) {
	defer errs.Wrap(&err, "app.Restore")
	key, err := knownKey(options.Dir)
	if err != nil {
		return err
	}
	if key != nil && a.Manifest.KeyDigest != "" && keyDigest(key) != a.Manifest.KeyDigest {
		return errs.New(errs.KindConflict, "backup.other_key", nil)
	}
	if key == nil && a.Manifest.KeyDigest != "" && !a.Has(keyFile) {
		return errs.New(errs.KindInvalid, "backup.no_key", errs.Args{"Path": filepath.Join(options.Dir, keyFile), "Variable": keyVariable})
	}
	db, err := store.Open(ctx, store.Config{URL: options.DatabaseURL, Dir: options.Dir, Log: options.Log})
	if err != nil {
		return err
	}
	if err := errors.Join(backup.Restore(ctx, a, db), db.Close()); err != nil {
		return err
	}
	return a.EachFile(ctx, func(name string) (io.WriteCloser, error) {
		path := filepath.Join(options.Dir, filepath.FromSlash(name))
		if name == keyFile && key != nil { // the same
			return discard{}, nil
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make folder: %w", err)
		}
		return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	})
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }
