package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ingest"
)

// importFolder keeps the files of imports in the data folder; it implements intake.Files.
type importFolder struct{ dir string }

// path returns where a file is kept. Names are reduced to their last element, so that none leads elsewhere.
func (f importFolder) path(importID, name string) (string, error) {
	base := filepath.Base(filepath.ToSlash(strings.ReplaceAll(name, "\\", "/")))
	if base == "." || base == "/" || base == ".." || strings.HasPrefix(base, ".") || len(base) > 200 {
		return "", errs.Invalid("error.invalid", []errs.Field{{Path: "files", Value: name, Message: errs.Msg("intake.bad_name", nil)}})
	}
	return filepath.Join(f.dir, filepath.Base(importID), base), nil
}

// Save implements intake.Files.
func (f importFolder) Save(importID, name string, from io.Reader, limit int64) (size int64, err error) {
	path, err := f.path(importID, name)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, fmt.Errorf("make folder of the import: %w", err)
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return 0, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Value: name, Message: errs.Msg("intake.two_of_a_name", nil)}})
	}
	if err != nil {
		return 0, fmt.Errorf("keep file of the import: %w", err)
	}
	size, err = io.Copy(out, io.LimitReader(from, limit+1))
	if err == nil && size > limit {
		err = errs.New(errs.KindTooLarge, "tabular.file_too_large", errs.Args{"Bytes": limit})
	}
	return size, errors.Join(err, out.Sync(), out.Close())
}

// Open implements intake.Files. Files that are not here may be on the node that took them in, so their absence is of kind Unavailable.
func (f importFolder) Open(importID string) ([]ingest.File, error) {
	files, err := ingest.FolderFiles(os.DirFS(filepath.Join(f.dir, filepath.Base(importID))))
	if errors.Is(err, fs.ErrNotExist) {
		err = errs.New(errs.KindUnavailable, "intake.files_missing", nil).Because(err)
	}
	return files, err
}

// Kept implements intake.Files.
func (f importFolder) Kept() (map[string]time.Time, error) {
	kept := map[string]time.Time{}
	folders, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	for _, folder := range folders {
		err = errors.Join(err, filepath.WalkDir(filepath.Join(f.dir, folder.Name()), func(_ string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.ModTime().After(kept[folder.Name()]) {
				kept[folder.Name()] = info.ModTime()
			}
			return err
		}))
	}
	return kept, err
}

// Remove implements intake.Files.
func (f importFolder) Remove(importID string) error {
	return os.RemoveAll(filepath.Join(f.dir, filepath.Base(importID)))
}
