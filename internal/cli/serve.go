package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"xiaoguan/internal/app"
	"xiaoguan/internal/errs"
)

// database says where the data are; serve, demo, verify and migrate share it.
type database struct {
	Data     string `help:"Data folder: database, key, uploaded files." default:"xiaoguan-data" placeholder:"DIR" env:"XIAOGUAN_DATA"`
	Database string `help:"postgres://… instead of SQLite in the data folder." placeholder:"URL" env:"XIAOGUAN_DATABASE"`
	// Key and secret of the storage come from the environment alone: a command line is seen by everybody on the machine.
	Storage string `help:"Object storage for files instead of the database: s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION. Key and secret: XIAOGUAN_STORAGE_KEY, XIAOGUAN_STORAGE_SECRET." placeholder:"URL" env:"XIAOGUAN_STORAGE"`
}

// options says where the data are.
func (d database) options(env *environment) app.Options {
	return app.Options{Dir: d.Data, DatabaseURL: d.Database, Version: env.version,
		Storage: d.Storage, StorageKey: os.Getenv("XIAOGUAN_STORAGE_KEY"), StorageSecret: os.Getenv("XIAOGUAN_STORAGE_SECRET")}
}

// open puts the program together on the database.
func (d database) open(env *environment, options app.Options) (*app.App, error) {
	of := d.options(env)
	options.Dir, options.DatabaseURL, options.Version = of.Dir, of.DatabaseURL, of.Version
	options.Storage, options.StorageKey, options.StorageSecret = of.Storage, of.StorageKey, of.StorageSecret
	return app.New(env.Context, options)
}

// listening is where the program answers.
type listening struct {
	Addr    string   `help:"Address to answer on." default:"127.0.0.1:8080" placeholder:"HOST:PORT" env:"XIAOGUAN_ADDR"`
	TLS     bool     `help:"People come by HTTPS through a proxy: secure cookies, strict transport." env:"XIAOGUAN_TLS"`
	Proxies []string `help:"Networks of reverse proxies to believe, such as 10.0.0.0/8." placeholder:"CIDR" env:"XIAOGUAN_PROXIES"`
	// Private networks, each named by whoever runs the server: messages go to no other private address.
	WebhookNetworks []string `help:"Private networks that webhooks may reach, such as 10.1.0.0/16." placeholder:"CIDR" env:"XIAOGUAN_WEBHOOK_NETWORKS"`
	Quiet           bool     `help:"Log warnings and errors only."`
}

func (l listening) log(out io.Writer) *slog.Logger {
	level := slog.LevelInfo
	if l.Quiet {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}))
}

type serveCommand struct {
	database
	listening
	Company     string `help:"Name of the company, shown beside the mark." env:"XIAOGUAN_COMPANY"`
	Backups     string `help:"Folder for a backup each night, or off. Without it: backups in the data folder on SQLite, off on PostgreSQL." placeholder:"DIR|off" env:"XIAOGUAN_BACKUPS"`
	BackupsKept int    `help:"How many backups are kept." default:"14" placeholder:"N" env:"XIAOGUAN_BACKUPS_KEPT"`
}

// kept says where backups are kept.
func (c *serveCommand) kept() app.BackupOptions {
	folder := c.Backups
	switch {
	case folder == "off", folder == "" && c.Database != "":
		return app.BackupOptions{}
	case folder == "":
		folder = filepath.Join(c.Data, "backups")
	}
	return app.BackupOptions{Folder: folder, Daily: true, Max: c.BackupsKept}
}

// Run serves until it is interrupted.
func (c *serveCommand) Run(env *environment) error {
	a, err := c.open(env, app.Options{Log: c.log(env.Stderr), TLS: c.TLS, Proxies: c.Proxies, WebhookNetworks: c.WebhookNetworks, Company: c.Company, Backups: c.kept()})
	if err != nil {
		return err
	}
	return serve(env, a, c.listening)
}

// serve answers on the address until an interrupt, then lets what is under way end.
func serve(env *environment, a *app.App, l listening) (err error) {
	defer func() { err = errors.Join(err, a.Close()) }()
	ctx, stop := signal.NotifyContext(env.Context, os.Interrupt, syscall.SIGTERM)
	defer stop()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", l.Addr)
	if err != nil {
		return errs.New(errs.KindInvalid, "cli.address", errs.Args{"Address": l.Addr}).Because(err)
	}
	fmt.Fprintln(env.Stdout, env.print.T("cli.serving", "URL", "http://"+listener.Addr().String()))
	return a.Serve(ctx, listener)
}

type verifyCommand struct {
	database
	File string `arg:"" optional:"" help:"A proof (ZIP file) to be checked instead of the database." placeholder:"FILE.zip" type:"path"`
	Key  string `help:"The public key in hex that the proof must be signed with." placeholder:"HEX"`
}

// Run checks the audit chain, the ledger, the statements and the seals, and names the first broken record; or it checks a proof.
func (c *verifyCommand) Run(env *environment) (err error) {
	if c.File != "" {
		return verifyProof(env, c.File, c.Key)
	}
	a, err := c.open(env, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	v, log, err := a.VerifyAll(context.WithoutCancel(env.Context))
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, env.print.T("cli.verified_audit", "Count", log.Entries))
	fmt.Fprintln(env.Stdout, env.print.T("cli.verified", "Seals", v.Seals, "Statements", v.Statements, "Entries", v.Entries))
	switch {
	case !log.Sound():
		fmt.Fprintln(env.Stderr, env.print.T("cli.broken", "Record", fmt.Sprintf("audit_entry:%d", log.FirstBroken)), env.print.Message(log.Reason))
		return exit{ExitInput}
	case v.Broken != nil:
		fmt.Fprintln(env.Stderr, env.print.T("cli.broken", "Record", v.Broken.Record), env.print.Message(v.Broken.Why))
		return exit{ExitInput}
	}
	fmt.Fprintln(env.Stdout, env.print.T("cli.sound"))
	return nil
}

type migrateCommand struct{ database }

// Run brings the database to this version's schema.
func (c *migrateCommand) Run(env *environment) error {
	a, err := c.open(env, app.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, env.print.T("cli.migrated", "Engine", a.DB.Engine()))
	return a.Close()
}
