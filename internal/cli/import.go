package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/intake"
)

type importCommand struct {
	database
	Path    string `arg:"" help:"A folder of CSV files, or one .xlsx or .csv file."`
	Mapping string `help:"Mapping file; without one the columns are guessed." placeholder:"FILE"`
	Later   int    `help:"Months by which all dates count later: to try the product with data of years ago." placeholder:"MONTHS"`
	Company string `help:"Name of the company; kept, with the currency of the mapping, when nothing is kept of it yet."`
	Partial bool   `help:"Take the good rows when there are bad ones."`
}

// Run imports files as the system, waits for the end, and lists every bad row.
func (c *importCommand) Run(env *environment) (err error) {
	a, err := c.open(env, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	paths, err := c.paths()
	if err != nil {
		return err
	}
	mapping := ""
	if c.Mapping != "" {
		text, err := os.ReadFile(c.Mapping)
		if err != nil {
			return errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": c.Mapping}).Because(err)
		}
		mapping = string(text)
	}
	if mapping, err = c.moved(mapping); err != nil {
		return err
	}
	actor := access.SystemActor("command line")
	i, err := c.receive(env.Context, a, actor, mapping, paths)
	if err != nil {
		return err
	}
	if i, err = a.Imports.Apply(env.Context, actor, i.ID, c.Partial); err != nil {
		return err
	}
	if err := a.Worker.Start(env.Context); err != nil && !errs.Is(err, errs.KindConflict) {
		return err // a conflict says that a server works on this folder: it carries the import out
	}
	i, err = wait(env.Context, a, actor, i.ID)
	err = errors.Join(err, a.Worker.Stop(context.WithoutCancel(env.Context)))
	if err != nil {
		return err
	}
	if err := tell(env, i); err != nil {
		return err
	}
	return c.found(env, a, mapping)
}

// found keeps name and currency of a company that was named and of which nothing is kept yet, so that what it sold counts from the first day, and
// says how to go on.
func (c *importCommand) found(env *environment, a *app.App, mapping string) error {
	actor := access.SystemActor("command line")
	settings, err := a.Company.Get(env.Context, actor)
	if err != nil {
		return err
	}
	if settings.Revision == 0 && c.Company != "" {
		settings.Name = c.Company
		if mapping != "" {
			m, err := ingest.DecodeMapping([]byte(mapping))
			if err != nil {
				return err
			}
			settings.Currency = m.Currency
		}
		if _, err := a.Company.Save(env.Context, actor, settings); err != nil {
			return err
		}
	}
	if c.Database == "" {
		fmt.Fprintln(env.Stdout, env.print.T("cli.import_next", "Data", c.Data))
	}
	return nil
}

// moved lets all dates of the mapping count later. Without a mapping there is nothing that would say so.
func (c *importCommand) moved(mapping string) (string, error) {
	if c.Later == 0 {
		return mapping, nil
	}
	if mapping == "" {
		return "", errs.New(errs.KindInvalid, "cli.later_needs_mapping", nil)
	}
	m, err := ingest.DecodeMapping([]byte(mapping))
	if err != nil {
		return "", err
	}
	m.MoveMonths += c.Later
	document, err := m.Encode()
	return string(document), err
}

// paths lists the files to import.
func (c *importCommand) paths() ([]string, error) {
	info, err := os.Stat(c.Path)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": c.Path}).Because(err)
	}
	if !info.IsDir() {
		return []string{c.Path}, nil
	}
	entries, err := os.ReadDir(c.Path)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": c.Path}).Because(err)
	}
	var paths []string
	for _, e := range entries {
		if e.Type().IsRegular() && e.Name()[0] != '.' {
			paths = append(paths, filepath.Join(c.Path, e.Name()))
		}
	}
	return paths, nil
}

func (c *importCommand) receive(ctx context.Context, a *app.App, actor access.Actor, mapping string, paths []string) (intake.Import, error) {
	var open *os.File
	defer func() { _ = open.Close() }() // the last one; reading only
	return a.Imports.Receive(ctx, actor, filepath.Base(c.Path), mapping, func() (*intake.Upload, error) {
		_ = open.Close()
		if len(paths) == 0 {
			return nil, nil
		}
		path := paths[0]
		paths = paths[1:]
		var err error
		if open, err = os.Open(path); err != nil {
			return nil, errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": path}).Because(err)
		}
		return &intake.Upload{Name: filepath.Base(path), From: open}, nil
	})
}

// wait returns the import when it is no longer being applied.
func wait(ctx context.Context, a *app.App, actor access.Actor, id string) (intake.Import, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		i, err := a.Imports.Get(ctx, actor, id)
		if err != nil || i.State != intake.StateApplying {
			return i, err
		}
		select {
		case <-ctx.Done():
			return i, context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// tell prints what came of an import.
func tell(env *environment, i intake.Import) error {
	fmt.Fprintln(env.Stdout, env.print.T("cli.imported", "Name", i.Name, "State", env.print.T("imports.state_"+string(i.State))))
	for _, kind := range fact.Kinds {
		if c := i.Result.Counts[kind]; c != nil {
			fmt.Fprintf(env.Stdout, "  %s: +%d ~%d =%d\n", env.print.T("imports.kind_"+string(kind)), c.Added, c.Corrected, c.Unchanged)
		}
	}
	if i.Result.Report != nil {
		for _, f := range i.Result.Report.Problems {
			fmt.Fprintf(env.Stderr, "%s:%d:%s: %s %q %s\n", f.Source, f.Row, f.Path, env.print.Message(f.Message), f.Value, env.print.Message(f.Remedy))
		}
	}
	if i.Result.Failure.Key != "" {
		fmt.Fprintln(env.Stderr, env.print.Message(i.Result.Failure))
	}
	if i.State == intake.StateApplied {
		return nil
	}
	return exit{ExitInput}
}
