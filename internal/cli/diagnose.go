package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/money"
)

// diagnoseCommand looks for problems in a folder of exports.
type diagnoseCommand struct {
	Folder  string `arg:"" help:"A folder of CSV or .xlsx files, or one .xlsx file." type:"path"`
	Mapping string `help:"A mapping document (docs/import-format.md) for files whose columns have names of their own." type:"path" placeholder:"FILE"`
	JSON    bool   `help:"Print findings, and what could not be judged, as JSON on standard output." name:"json"`
	Rows    int    `help:"How many rows of evidence to print for each finding." default:"3" placeholder:"N"`
}

// Help says what --help shows for this command beyond its flags.
func (diagnoseCommand) Help() string {
	return `Reads the sheets of docs/import-format.md, each of them optional, and looks for the kinds of problems of docs/diagnosis-kinds.md, without a
database. What cannot be judged is listed with what is missing. Amounts are taken to be in one currency.

Exit codes: 0 done, with or without findings; 1 internal error; 2 wrong command line; 3 input invalid.`
}

// Run reads the folder, runs all analysers and prints what they found.
func (c diagnoseCommand) Run(env *environment) error {
	// The process ends with this command: memory is cheaper than collecting garbage, up to the limit.
	debug.SetGCPercent(200)
	debug.SetMemoryLimit(diagnoseMemoryBytes)
	files, err := c.files()
	if err != nil {
		return err
	}
	source, err := c.read(env, files)
	if err != nil {
		return err
	}
	report := finding.Run(source.Company)
	if c.JSON {
		return c.writeJSON(env, source, report)
	}
	return c.print(env, source, report)
}

// read reads the files by the mapping, or by their headers.
func (c diagnoseCommand) read(env *environment, files []ingest.File) (*diagnosis.Source, error) {
	today := calendar.DateOf(time.Now())
	if c.Mapping == "" {
		return diagnosis.Read(env.Context, files, today)
	}
	mapping, err := readMapping(c.Mapping)
	if err != nil {
		return nil, err
	}
	return diagnosis.ReadMapped(env.Context, files, mapping, today)
}

// diagnoseMemoryBytes is where the garbage collector begins to work harder.
const diagnoseMemoryBytes = 800 << 20

func (c diagnoseCommand) files() ([]ingest.File, error) {
	info, err := os.Stat(c.Folder)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": c.Folder}).Because(err)
	}
	if info.IsDir() {
		return ingest.FolderFiles(os.DirFS(c.Folder))
	}
	all, err := ingest.FolderFiles(os.DirFS(filepath.Dir(c.Folder)))
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if f.Name == filepath.Base(c.Folder) {
			return []ingest.File{f}, nil
		}
	}
	return nil, errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": c.Folder})
}

// diagnoseResult is the machine form of a diagnosis. Lists are never null.
type diagnoseResult struct {
	AsOf     string            `json:"as_of"`
	Tests    int               `json:"tests"`
	Looked   []finding.Kind    `json:"looked_for"`
	Findings []diagnoseFinding `json:"findings"`
	Missing  []diagnoseMissing `json:"missing"`
	Unread   []diagnoseUnread  `json:"unread"`
	Skipped  []string          `json:"skipped_files"`
}

type diagnoseFinding struct {
	Kind       finding.Kind       `json:"kind"`
	Area       finding.Area       `json:"area"`
	Place      map[string]string  `json:"place"`
	Confidence float64            `json:"confidence"`
	Value      float64            `json:"value"`
	Usual      float64            `json:"usual"`
	Unit       finding.Unit       `json:"unit"`
	Cases      int64              `json:"cases"`
	MoneyFen   *int64             `json:"money_fen,omitempty"`
	Says       string             `json:"says"`
	Evidence   []diagnoseEvidence `json:"evidence"`
}

type diagnoseEvidence struct {
	Part   finding.Part `json:"sheet"`
	Record string       `json:"record"`
	Person string       `json:"person,omitempty"`
	Value  float64      `json:"value"`
	Day    string       `json:"day,omitempty"`
}

type diagnoseMissing struct {
	Kind  finding.Kind   `json:"kind"`
	Needs []finding.Part `json:"needs"`
	Why   string         `json:"why"`
}

type diagnoseUnread struct {
	Part  finding.Part `json:"sheet"`
	Field string       `json:"field"`
	Rows  int64        `json:"rows"`
	First int          `json:"first_row"`
	Value string       `json:"first_value"`

	Contradiction diagnosis.Contradiction `json:"contradiction,omitempty"`
}

func (c diagnoseCommand) writeJSON(env *environment, source *diagnosis.Source, report finding.Report) error {
	out := diagnoseResult{AsOf: report.AsOf.String(), Tests: report.Tests, Looked: report.Looked, Findings: []diagnoseFinding{}, Missing: []diagnoseMissing{}, Unread: []diagnoseUnread{}, Skipped: source.Skipped}
	if out.Skipped == nil {
		out.Skipped = []string{}
	}
	for _, f := range report.Findings {
		analyser, _ := f.Kind.Is()
		x := diagnoseFinding{Kind: f.Kind, Area: analyser.Area, Place: f.Place.Keys(), Confidence: 1 - f.Adjusted, Value: f.Value, Usual: f.Usual, Unit: f.Unit, Cases: f.Cases, Says: f.Say(env.print), Evidence: []diagnoseEvidence{}}
		if f.Worth {
			x.MoneyFen = &f.MoneyMinor
		}
		for _, e := range f.Evidence {
			row := diagnoseEvidence{Part: e.Part, Record: e.Record, Person: e.Person, Value: e.Value}
			if e.Day != finding.NoDay {
				row.Day = e.Day.String()
			}
			x.Evidence = append(x.Evidence, row)
		}
		out.Findings = append(out.Findings, x)
	}
	for _, m := range report.Missing {
		needs := m.Parts
		if needs == nil {
			needs = []finding.Part{}
		}
		out.Missing = append(out.Missing, diagnoseMissing{Kind: m.Kind, Needs: needs, Why: m.Say(env.print, partName(env))})
	}
	for _, u := range source.Unread {
		out.Unread = append(out.Unread, diagnoseUnread{u.Part, u.Field, u.Rows, u.First, u.Value, u.Why})
	}
	return json.NewEncoder(env.Stdout).Encode(out)
}

// partName is what a sheet is called in the language of the command.
func partName(env *environment) func(finding.Part) string {
	return func(p finding.Part) string { return diagnosis.PartName(p, env.print.Zh()) }
}

// printMissing writes what cannot be judged: kinds that lack the same sheets in one line, the others one by one.
func (c diagnoseCommand) printMissing(env *environment, missing []finding.Missing) {
	if len(missing) == 0 {
		return
	}
	p := env.print
	fmt.Fprintln(env.Stdout, "\n"+p.T("diagnosis.line_missing"))
	var lacks []string
	kinds := map[string][]string{}
	for _, m := range missing {
		if m.Reason != finding.LacksParts {
			continue
		}
		var names []string
		for _, part := range m.Parts {
			names = append(names, partName(env)(part))
		}
		key := p.Join(names)
		if kinds[key] == nil {
			lacks = append(lacks, key)
		}
		kinds[key] = append(kinds[key], m.Kind.Name(p))
	}
	for _, parts := range lacks {
		fmt.Fprintln(env.Stdout, p.T("diagnosis.line_lacks", "Parts", parts, "Kinds", p.Join(kinds[parts])))
	}
	for _, m := range missing {
		if m.Reason != finding.LacksParts {
			fmt.Fprintln(env.Stdout, "- "+m.Say(p, partName(env)))
		}
	}
}

// print writes the problem list for people.
func (c diagnoseCommand) print(env *environment, source *diagnosis.Source, report finding.Report) error {
	p := env.print
	line := func(text string) { fmt.Fprintln(env.Stdout, text) }
	line(p.T("diagnosis.line_head", "Day", report.AsOf.String(), "Looked", p.Int(int64(len(report.Looked))), "Found", p.Int(int64(len(report.Findings)))))
	if len(report.Findings) == 0 {
		line(p.T("diagnosis.line_none"))
	}
	for i, f := range report.Findings {
		line(fmt.Sprintf("\n%d. %s · %s", i+1, f.Kind.Name(p), f.Place.Say(p, source.Company.NameOf(p))))
		line("   " + f.Say(p))
		sure := p.T("diagnosis.line_counted")
		if !f.Certain {
			sure = p.T("diagnosis.line_sure", "Chance", fmt.Sprintf("%.2g", f.Adjusted))
		}
		if f.Worth {
			sure += " · " + p.T("diagnosis.line_money", "Amount", p.Money(f.MoneyMinor, money.CNY))
		}
		line("   " + sure)
		var records []string
		for _, e := range f.Evidence[:min(len(f.Evidence), max(c.Rows, 0))] {
			records = append(records, e.Record)
		}
		if len(records) > 0 {
			line("   " + p.T("diagnosis.line_evidence", "Records", p.Join(records)))
		}
	}
	c.printMissing(env, report.Missing)
	if len(source.Unread) > 0 {
		line("\n" + p.T("diagnosis.line_unread"))
		for _, u := range source.Unread {
			line("- " + u.Say(p))
		}
	}
	return nil
}
