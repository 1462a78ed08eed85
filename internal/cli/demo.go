package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"xiaoguan/internal/app"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/web/account"
)

type demoCommand struct {
	Data     string `help:"Folder to keep the demo company in; a temporary one, removed at the end, without it." placeholder:"DIR"`
	Database string `help:"postgres://… instead of SQLite; it must be empty." placeholder:"URL"`
	listening
	Seed uint64 `help:"Another number makes another company." default:"1"`
}

// fillingGCPercent is how far memory may grow while the company is made, which takes a moment: collecting less often makes that shorter.
const fillingGCPercent = 400

// Run makes the demo company, unless the folder holds one, and serves it.
func (c *demoCommand) Run(env *environment) (err error) {
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "xiaoguan-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
	}
	log := listening{Quiet: true}.log(env.Stderr) // a demonstration shows its addresses, not its requests
	clock := demo.NewClock(time.Now)
	options := app.Options{Log: log, Now: clock.Now, TLS: c.TLS, Proxies: c.Proxies, WebhookNetworks: c.WebhookNetworks, Company: demo.CompanyName, Backups: app.BackupOptions{Folder: filepath.Join(c.Data, "backups")}}
	if options.DemoLogins, err = c.logins(); err != nil {
		return err
	}
	a, err := database{Data: c.Data, Database: c.Database}.open(env, options)
	if err != nil {
		return err
	}
	if len(options.DemoLogins) == 0 {
		fmt.Fprintln(env.Stdout, env.print.T("cli.demo_filling"))
		usual := debug.SetGCPercent(fillingGCPercent)
		company, err := demo.Fill(env.Context, demo.Target{DB: a.DB, Users: a.Users, Plans: a.Plans, Periods: a.Periods, Disputes: a.Disputes, Approvals: a.Approvals, Honours: a.Honours, Notices: a.Notices, SignOn: a.SignOn, Quotes: a.Quotes, Contracts: a.Contracts, Payroll: a.Payroll, Tiers: a.Tiers, Standards: a.Standards, Metrics: a.Metrics, Reports: a.MonthReports, Programme: a.Programme, Documents: a.Documents, Distribution: a.Distribution, TeamAnswers: a.TeamAnswers, PlanLines: a.PlanLines, SetNow: clock.Set, Seed: c.Seed})
		debug.SetGCPercent(usual)
		if err != nil {
			return errors.Join(err, a.Close())
		}
		if err := c.keep(company.Logins); err != nil {
			return errors.Join(err, a.Close())
		}
		if options.DemoLogins, err = c.logins(); err != nil {
			return errors.Join(err, a.Close())
		}
		a.SetDemoLogins(options.DemoLogins)
	}
	for _, l := range options.DemoLogins {
		fmt.Fprintf(env.Stdout, "  %-12s %s  %s\n", l.Login, l.Password, env.print.T("access.role."+string(l.Role)))
	}
	return serve(env, a, c.listening)
}

func (c *demoCommand) file() string { return filepath.Join(c.Data, "demo-logins.json") }

// logins reads the log-ins of a company made before; none when there is none.
func (c *demoCommand) logins() ([]account.DemoLogin, error) {
	text, err := os.ReadFile(c.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var logins []account.DemoLogin
	return logins, json.Unmarshal(text, &logins)
}

func (c *demoCommand) keep(logins []demo.Login) error {
	text, err := json.Marshal(logins)
	if err != nil {
		return err
	}
	return os.WriteFile(c.file(), text, 0o600)
}
