// Package cli is the command line of xiaoguan: one struct per command, read by kong, each with a Run method.
//
// A command gets everything it touches from outside through its environment: context, streams, language. What it prints is for
// people on stdout and stderr, or for programs with --json; the exit code says what kind of failure there was (Exit…). A new
// command is a field of commands with a struct of its own in its own file.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// The exit codes, for scripts.
const (
	ExitOK       = 0
	ExitInternal = 1 // our fault, or the machine's
	ExitUsage    = 2 // the command line is wrong
	ExitInput    = 3 // the input is wrong; every place is listed
	ExitPlan     = 4 // a plan document is wrong or missing; every place is listed
	ExitDiffers  = 5 // a worked example does not pay what its page says
)

// Streams are where a command writes.
type Streams struct {
	Stdout, Stderr io.Writer
}

// commands is the whole command line.
type commands struct {
	Lang string `help:"Language of messages: zh-CN or en." default:"${lang}" placeholder:"zh-CN|en"`

	Calc        calcCommand        `cmd:"" help:"Compute one month's pay from plans and a folder of CSV or Excel files, without a database."`
	Plan        planCommands       `cmd:"" help:"Judge, explain, compare and test plans."`
	Demo        demoCommand        `cmd:"" help:"Make a sample company with two years of history and serve it."`
	Serve       serveCommand       `cmd:"" help:"Serve the product; an empty installation leads through its set-up."`
	Diagnose    diagnoseCommand    `cmd:"" help:"Look for problems in a folder of exports, without a database."`
	Import      importCommand      `cmd:"" help:"Import a folder of CSV files or an Excel workbook into the database."`
	Attachments attachmentsCommand `cmd:"" help:"Move files between database and object storage, or read and check them all."`
	Bench       benchCommands      `cmd:"" help:"Measure the diagnosis on companies with planted problems."`
	Verify      verifyCommand      `cmd:"" help:"Check audit chain, ledger, statements and seals, or a proof; name what is broken."`
	Backup      backupCommand      `cmd:"" help:"Write everything down in one file, while the program serves; also the way to another database."`
	Restore     restoreCommand     `cmd:"" help:"Fill an empty installation from a backup, or check a backup."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database to this version's schema."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

const description = `Xiaoguan (销冠): sales management and incentives.

Exit codes: 0 done; 1 internal error; 2 wrong command line; 3 input invalid, each place listed as file:row:field; 4 plan invalid, each
place listed as file:line:column; 5 a worked example differs.`

// environment is what a command's Run method is given.
type environment struct {
	context.Context
	Streams
	print   *i18n.Printer
	version string
}

// exit is a failure that already was told to the user.
type exit struct{ code int }

func (e exit) Error() string { return fmt.Sprintf("exit %d", e.code) }

// Run runs one command line and returns its exit code.
func Run(ctx context.Context, arguments []string, streams Streams, version string) (code int) {
	var line commands
	type leave struct{ code int }
	defer func() { // kong leaves --help through its exit function
		if left, ok := recover().(leave); ok {
			code = left.code
		}
	}()
	parser, err := kong.New(&line, kong.Name("xiaoguan"), kong.Description(description), kong.UsageOnError(),
		kong.Writers(streams.Stdout, streams.Stderr), kong.Exit(func(code int) { panic(leave{code}) }),
		kong.Vars{"lang": defaultLang(os.Getenv("LANG"))}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(streams.Stderr, "xiaoguan:", err)
		return ExitInternal
	}
	command, err := parser.Parse(asFlag(arguments))
	if err != nil {
		fmt.Fprintln(streams.Stderr, "xiaoguan:", err)
		fmt.Fprintln(streams.Stderr, "xiaoguan --help")
		return ExitUsage
	}
	catalogue, err := i18n.New()
	if err != nil {
		fmt.Fprintln(streams.Stderr, "xiaoguan:", err)
		return ExitInternal
	}
	lang, known := i18n.ParseLang(line.Lang)
	if !known {
		fmt.Fprintf(streams.Stderr, "xiaoguan: --lang %s: zh-CN, en\n", line.Lang)
		return ExitUsage
	}
	env := &environment{Context: ctx, Streams: streams, print: catalogue.Printer(lang), version: version}
	return env.code(command.Run(env))
}

// asFlag makes "help" and "help calc" what "--help" and "calc --help" are: people try all of them.
func asFlag(arguments []string) []string {
	if len(arguments) == 0 || arguments[0] != "help" {
		return arguments
	}
	return append(slices.Clone(arguments[1:]), "--help")
}

// defaultLang is English when the terminal's locale says so, and Chinese otherwise.
func defaultLang(locale string) string {
	if strings.HasPrefix(locale, "en") {
		return string(i18n.En)
	}
	return string(i18n.ZhCN)
}

// code turns a command's error into an exit code, and tells the user what wasn't told yet.
func (env *environment) code(err error) int {
	if err == nil {
		return ExitOK
	}
	if e, ok := errors.AsType[exit](err); ok {
		return e.code
	}
	return env.fail(err, ExitInput)
}

// fail prints an error, with every field it names, and returns the exit code: invalid for what the user can mend.
func (env *environment) fail(err error, invalid int) int {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(env.Stderr, env.print.T("cli.cancelled"))
		return ExitInternal
	case !ok || e.Kind == errs.KindInternal:
		fmt.Fprintln(env.Stderr, env.print.T("cli.internal", "Cause", err.Error()))
		return ExitInternal
	}
	if len(e.Fields) == 0 {
		fmt.Fprintln(env.Stderr, env.print.Message(e.Message))
		if remedy := errs.Msg(e.Message.Key+".remedy", e.Message.Args); env.print.Has(remedy.Key) {
			fmt.Fprintln(env.Stderr, "  "+env.print.Message(remedy))
		}
	}
	env.fields(e.Fields)
	return invalid
}

// fields prints one line per field: file:row:field: what is wrong, then how to mend it.
func (env *environment) fields(fields []errs.Field) {
	for _, f := range fields {
		var place []string
		if f.Source != "" {
			place = append(place, f.Source)
		}
		if f.Row > 0 {
			place = append(place, fmt.Sprint(f.Row))
		}
		if f.Column > 0 {
			place = append(place, fmt.Sprint(f.Column))
		}
		if f.Path != "" {
			place = append(place, f.Path)
		}
		line := strings.Join(place, ":")
		if line != "" {
			line += ": "
		}
		line += env.print.Message(f.Message)
		if f.Remedy.Key != "" && env.print.Has(f.Remedy.Key) {
			line += env.print.T("cli.remedy", "Remedy", env.print.Message(f.Remedy))
		}
		fmt.Fprintln(env.Stderr, line)
	}
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env *environment) error {
	_, err := fmt.Fprintln(env.Stdout, "xiaoguan", env.version)
	return err
}
