package cli

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"xiaoguan/internal/app"
	"xiaoguan/internal/backup"
	"xiaoguan/internal/errs"
)

type backupCommand struct {
	database
	To         string `help:"File to be written, or a folder, in which it is named by the moment." default:"." placeholder:"FILE|DIR" type:"path"`
	WithoutKey bool   `help:"Leave the installation's key out: keep it in another place."`
	Quiet      bool   `help:"Say nothing of single tables."`
}

// Run writes the database down in one file. The program may serve meanwhile.
func (c *backupCommand) Run(env *environment) error {
	ctx, stop := signal.NotifyContext(env.Context, os.Interrupt, syscall.SIGTERM)
	defer stop()
	path := c.To
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, app.BackupName(time.Now()))
	}
	if c.Database == "" { // opening makes one
		if _, err := os.Stat(filepath.Join(c.Data, "xiaoguan.db")); err != nil {
			return errs.New(errs.KindInvalid, "cli.no_installation", errs.Args{"Path": c.Data}).Because(err)
		}
	}
	m, err := app.Backup(ctx, c.options(env), path, c.WithoutKey, func(table string, rows int64) {
		if !c.Quiet && rows > 0 {
			fmt.Fprintln(env.Stdout, env.print.T("cli.backup_table", "Table", table, "Rows", rows))
		}
	})
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, env.print.T("cli.backed_up", "Path", path, "Rows", m.Rows(), "Bytes", info.Size()))
	if m.Storage != "" {
		fmt.Fprintln(env.Stderr, env.print.T("cli.backup_storage"))
	}
	return nil
}

type restoreCommand struct {
	database
	File  string `arg:"" help:"The backup." type:"path"`
	Check bool   `help:"Read all of it and hold it against its digests; write nothing."`
}

// Run fills an empty installation, of either database, from a backup, and verifies what is there then.
func (c *restoreCommand) Run(env *environment) (err error) {
	ctx, stop := signal.NotifyContext(env.Context, os.Interrupt, syscall.SIGTERM)
	defer stop()
	file, err := os.Open(c.File)
	if err != nil {
		return errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": c.File}).Because(err)
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	if err != nil {
		return err
	}
	a, err := backup.Open(file, info.Size())
	if err != nil {
		return err
	}
	m := &a.Manifest
	fmt.Fprintln(env.Stdout, env.print.T("cli.backup_of", "Company", m.Company, "At", m.At.Format(time.RFC3339), "Program", m.Program, "Engine", m.Engine, "Rows", m.Rows()))
	if c.Check {
		if err := a.Check(ctx); err != nil {
			return err
		}
		fmt.Fprintln(env.Stdout, env.print.T("cli.backup_sound"))
		return nil
	}
	if err := app.Restore(ctx, c.options(env), a); err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, env.print.T("cli.restored", "Rows", m.Rows()))
	if m.Storage != "" && c.Storage == "" {
		fmt.Fprintln(env.Stderr, env.print.T("cli.restore_storage"))
	}
	return (&verifyCommand{database: c.database}).Run(env)
}
