package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"xiaoguan/internal/bench/faults"
	"xiaoguan/internal/errs"
)

// benchCommands measure the product on companies that are made up.
type benchCommands struct {
	Company   benchCompanyCommand   `cmd:"" help:"Make a company of files with planted problems, and say apart from them which."`
	Diagnosis benchDiagnosisCommand `cmd:"" help:"Make companies with planted problems, diagnose each, and say what was found, located and falsely alarmed."`
}

// benchCompanyCommand makes one company.
type benchCompanyCommand struct {
	Sellers int      `help:"Seats of sellers, 20 to 5,000." default:"200"`
	Faults  int      `help:"Problems to plant, 0 to 12." default:"6"`
	Kinds   []string `help:"Plant only these kinds (docs/diagnosis-kinds.md)." placeholder:"KIND"`
	Seed    uint64   `help:"The same seed makes the same bytes." default:"1"`
	Out     string   `help:"A new folder: data/*.csv for the diagnosis, truth.json beside it." required:"" type:"path"`
}

// Run makes it and lists what is planted.
func (c benchCompanyCommand) Run(env *environment) error {
	if err := newFolder(c.Out); err != nil {
		return err
	}
	truth, err := faults.Generate(env, filepath.Join(c.Out, "data"), faults.Options{Seed: c.Seed, Sellers: c.Sellers, Faults: c.Faults, Kinds: c.Kinds})
	if err != nil {
		return err
	}
	if err := faults.WriteTruth(filepath.Join(c.Out, "truth.json"), truth); err != nil {
		return err
	}
	for _, f := range truth.Faults {
		fmt.Fprintln(env.Stdout, f)
	}
	return nil
}

// newFolder refuses a folder in which something is already.
func newFolder(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return errs.New(errs.KindInvalid, "cli.bench.not_empty", errs.Args{"Path": dir})
	}
	return os.MkdirAll(dir, 0o755)
}

// benchDiagnosisCommand runs the benchmark of the diagnosis.
type benchDiagnosisCommand struct {
	Companies int    `help:"How many companies." default:"200"`
	Seed      uint64 `help:"The same seed makes the same companies." default:"1"`
	Sellers   int    `help:"Seats of sellers of every company; without it 20 to 5,000, most of them small."`
	Out       string `help:"Write the table here; without it to standard output." type:"path"`
	Keep      string `help:"Keep companies, truths and answers in this new folder." type:"path"`
	Program   string `help:"Ask this program (PROGRAM diagnose FOLDER --json) instead of this one." type:"path"`
}

// Help says what --help shows for this command beyond its flags.
func (benchDiagnosisCommand) Help() string {
	return `Every fifth company has no problem, the others one to twelve. The diagnosis is asked as anybody asks it: xiaoguan diagnose FOLDER --json. How
companies are made and answers are scored stands in docs/diagnosis-benchmark.md.`
}

// Run runs it and writes the table.
func (c benchDiagnosisCommand) Run(env *environment) error {
	dir, keep := c.Keep, c.Keep != ""
	if keep {
		if err := newFolder(dir); err != nil {
			return err
		}
	} else {
		made, err := os.MkdirTemp("", "xiaoguan-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(made)
		dir = made
	}
	program := c.Program
	if program == "" {
		own, err := os.Executable()
		if err != nil {
			return err
		}
		program = own
	}
	b := faults.Benchmark{Companies: c.Companies, Seed: c.Seed, Dir: dir, Keep: keep, Sellers: c.Sellers, Diagnose: asks(program),
		Told: func(n int, s faults.Score, took time.Duration) { c.tell(env.Stderr, n, s, took) }}
	results, err := b.Run(env)
	if err != nil {
		return err
	}
	return c.write(env, results)
}

// tell writes a line about a company, for those who wait.
func (c benchDiagnosisCommand) tell(w io.Writer, n int, s faults.Score, took time.Duration) {
	found := 0
	for _, o := range s.Faults {
		if o.Found {
			found++
		}
	}
	fmt.Fprintf(w, "%d/%d: %d sellers, %d of %d found, %d false alarms, %.1f s\n", n, c.Companies, s.Truth.Sellers, found, len(s.Faults), len(s.Alarms), took.Seconds())
}

func (c benchDiagnosisCommand) write(env *environment, results faults.Results) error {
	command := fmt.Sprintf("xiaoguan bench diagnosis --companies %d --seed %d", c.Companies, c.Seed)
	if c.Sellers > 0 {
		command += fmt.Sprintf(" --sellers %d", c.Sellers)
	}
	if c.Out == "" {
		return results.Table(env.Stdout, command)
	}
	var page bytes.Buffer
	if err := results.Table(&page, command); err != nil {
		return err
	}
	return os.WriteFile(c.Out, page.Bytes(), 0o644)
}

// asks runs a program's diagnosis of a folder.
func asks(program string) faults.Diagnose {
	return func(ctx context.Context, dir string) ([]byte, error) {
		var said bytes.Buffer
		command := exec.CommandContext(ctx, program, "diagnose", dir, "--json")
		command.Stderr = &said
		text, err := command.Output()
		if err != nil {
			return nil, errs.New(errs.KindInvalid, "cli.bench.no_answer", errs.Args{"Said": strings.TrimSpace(said.String())}).Because(err)
		}
		return text, nil
	}
}
