package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"xiaoguan/internal/backup"
)

// BackupOptions say where backups are kept. The zero value keeps none.
type BackupOptions struct {
	Folder string
	Daily  bool // one each night
	Max    int  // how many are kept; 0 is 14
}

// backupsMax is how many backups are kept where nothing else is said: two weeks of nights.
const backupsMax = 14

// assembleBackups makes the service of backups.
func (a *App) assembleBackups(newID func() string) {
	a.Backups = backup.NewService(a.DB.BackupStore(), &backupFolder{a}, newID, a.now)
	a.Worker.Register(backup.KindMake, a.Backups.Run)
}

// backupAge is for whoever watches the installation: seconds since the newest backup, NaN where there is none.
func (a *App) backupAge() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "xiaoguan_backup_age_seconds", Help: "Seconds since the newest backup in the folder; NaN where there is none."}, func() float64 {
		age, known := a.Backups.Age(context.Background())
		if !known {
			return math.NaN()
		}
		return age.Seconds()
	})
}

// backupsTick has the daily backup made when it is due.
func (a *App) backupsTick(ctx context.Context) {
	if err := a.Backups.Tick(ctx); err != nil && ctx.Err() == nil {
		a.options.Log.WarnContext(ctx, "the daily backup could not be started", slog.Any("error", err))
	}
}

// backupFolder keeps backups as files; it implements backup.Keeper.
type backupFolder struct{ *App }

// Folder implements backup.Keeper.
func (f *backupFolder) Folder() string { return f.options.Backups.Folder }

// Daily implements backup.Keeper.
func (f *backupFolder) Daily() bool { return f.options.Backups.Daily && f.Folder() != "" }

// names are those of backups, the newest first: they begin with their moment.
func (f *backupFolder) names() (names []string, err error) {
	entries, err := os.ReadDir(f.Folder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), BackupEnding) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, err
}

// List implements backup.Keeper. A file that is no backup is left out: somebody has put it there.
func (f *backupFolder) List(ctx context.Context) (all []backup.Kept, err error) {
	names, err := f.names()
	for _, name := range names {
		kept, err := f.read(name, nil)
		if err != nil {
			f.options.Log.WarnContext(ctx, "a file among the backups is none", slog.String("name", name), slog.Any("error", err))
			continue
		}
		all = append(all, kept)
	}
	return all, err
}

// read says what a backup is, and does something with it.
func (f *backupFolder) read(name string, with func(*backup.Archive) error) (kept backup.Kept, err error) {
	file, err := os.Open(filepath.Join(f.Folder(), name))
	if err != nil {
		return kept, err
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	if err != nil {
		return kept, err
	}
	archive, err := backup.Open(file, info.Size())
	if err != nil {
		return kept, err
	}
	if with != nil {
		err = with(archive)
	}
	return backup.Kept{About: archive.Manifest.About, Name: name, Bytes: info.Size(), Rows: archive.Manifest.Rows()}, err
}

// Make implements backup.Keeper.
func (f *backupFolder) Make(ctx context.Context, told func(string, int64)) (kept backup.Kept, err error) {
	if err := os.MkdirAll(f.Folder(), 0o700); err != nil {
		return kept, err
	}
	at := f.options.Now()
	name := BackupName(at)
	path := filepath.Join(f.Folder(), name)
	if _, err := writeBackup(ctx, f.DB, f.options, path, at, false, told); err != nil {
		return kept, err
	}
	kept, err = f.read(name, func(a *backup.Archive) error { return a.Check(ctx) })
	if err != nil { // what cannot be read back is not kept, and nothing older is given up for it
		return kept, errors.Join(err, os.Remove(path))
	}
	return kept, f.forget()
}

// forget removes the oldest that are too many.
func (f *backupFolder) forget() error {
	names, err := f.names()
	limit := f.options.Backups.Max
	if limit <= 0 {
		limit = backupsMax
	}
	for _, name := range names[min(limit, len(names)):] {
		err = errors.Join(err, os.Remove(filepath.Join(f.Folder(), name)))
	}
	return err
}
