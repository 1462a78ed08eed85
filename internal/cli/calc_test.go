package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the goldens anew")

const (
	w1Plans   = "../../bench/w1/plans"
	w1Mapping = "../../bench/w1/mapping.yaml"
	w1Data    = "testdata/w1"
)

// run runs a command line.
func run(t *testing.T, arguments ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = Run(t.Context(), arguments, Streams{&out, &problems}, "test")
	return code, out.String(), problems.String()
}

func calcW1(more ...string) []string {
	return append([]string{"calc", "--plans", w1Plans, "--mapping", w1Mapping, "--data", w1Data, "--period", "2026-09", "--lang", "en"}, more...)
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s:\n%s", name, diff)
	}
}

// TestCalcPaysW1AsItsReferenceDoes compares with what an independent reference program computed for this folder; -update doesn't
// touch that file.
func TestCalcPaysW1AsItsReferenceDoes(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/w1-payouts.golden")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "payouts.csv")
	code, stdout, stderr := run(t, calcW1("--out", out)...)
	if code != ExitOK || stdout != "" || stderr != "" {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
	// And to standard output the same.
	if code, stdout, _ := run(t, calcW1("--out", "-")...); code != ExitOK || stdout != string(want) {
		t.Errorf("exit %d: %s", code, stdout)
	}
}

func TestCalcDoesNotDependOnTheOrderOfRows(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	names, err := filepath.Glob(w1Data + "/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(content), "\n")
		lines = lines[:len(lines)-1]
		slices.Reverse(lines[1:])
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(name)), []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, want, _ := run(t, calcW1("--out", "-")...)
	code, got, stderr := run(t, "calc", "--plans", w1Plans, "--mapping", w1Mapping, "--data", folder, "--period", "2026-09", "--out", "-")
	if code != ExitOK || got != want || want == "" {
		t.Errorf("exit %d, %s\n%s", code, stderr, cmp.Diff(want, got))
	}
}

func TestCalcExplains(t *testing.T) {
	t.Parallel()
	for _, payee := range []string{"100001", "100002", "100004", "100008"} {
		for _, lang := range []string{"zh-CN", "en"} {
			code, stdout, stderr := run(t, calcW1("--explain", payee, "--lang", lang)...)
			if code != ExitOK || stderr != "" {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			if strings.Contains(stdout, "⟦") {
				t.Errorf("a text is missing:\n%s", stdout)
			}
			golden(t, "explain-"+payee+"."+lang+".golden", stdout)
		}
	}
}

func TestCalcWritesJSON(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := run(t, calcW1("--json", "--explain", "100002")...)
	if code != ExitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var result calcResult
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, payout := range result.Payouts {
		if payout.Payee != "100002" {
			t.Errorf("%+v is of somebody else", payout)
		}
		total += payout.AmountFen
	}
	if len(result.Plans) != 4 || len(result.Statements) != 1 || result.Statements[0].TotalFen != total {
		t.Errorf("%d plans, %d statements, total %d", len(result.Plans), len(result.Statements), total)
	}
}

func TestCalcRefuses(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, files map[string]string) string {
		folder := t.TempDir()
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return folder
	}
	for _, tt := range []struct {
		name    string
		files   map[string]string // of a folder that takes the place of {}
		args    []string
		code    int
		message string // on standard error
	}{
		{name: "no command", args: nil, code: ExitUsage, message: "expected one of"},
		{name: "unknown flag", args: calcW1("--colour", "red"), code: ExitUsage, message: "--colour"},
		{name: "bad month", args: calcW1("--out", "-", "--period", "September"), code: ExitUsage, message: "YYYY-MM"},
		{name: "nothing to do", args: calcW1(), code: ExitUsage, message: "--out FILE"},
		{name: "unknown language", args: calcW1("--out", "-", "--lang", "fr"), code: ExitUsage, message: "zh-CN, en"},
		{name: "unknown payee", args: calcW1("--explain", "7"), code: ExitInput, message: "There is nobody with the key 7"},
		{name: "no data", args: calcW1("--out", "-", "--data", "testdata/nowhere"), code: ExitInput, message: "cannot be opened"},
		{name: "no plans", args: calcW1("--out", "-", "--plans", w1Data), code: ExitPlan, message: "has no plan"},
		{name: "broken plan", files: map[string]string{"a.yaml": "xiaoguan: plan/1\nid: [\n"}, args: calcW1("--out", "-", "--plans", "{}"), code: ExitPlan, message: "a.yaml:"},
		{name: "broken mapping", files: map[string]string{"m.yaml": "xiaoguan: mapping/1\ntables: []\ncolour: red\n"}, args: calcW1("--out", "-", "--mapping", "{}/m.yaml"), code: ExitInput, message: "m.yaml:3:1:colour: There is no key “colour”"},
		{name: "rows that are wrong", files: map[string]string{
			"payments.csv": "key,deal,paid_on,amount\nR1,D9,2026-09-01,5\nR2,D1,2026-09-31,5\n",
			"deals.csv":    "key,customer,signed_on,amount,seller_1\nD1,C1,2026-09-01,5,1001\n", "customers.csv": "key\nC1\n",
			"persons.csv": "key,level,hired_on\n1001,core,2020-01-01\n"},
			args: []string{"calc", "--plans", w1Plans, "--data", "{}", "--period", "2026-09", "--out", "-", "--lang", "en"}, code: ExitInput,
			message: "payments.csv:2:deal: There is no deal D9. Add it to the table of deals, or correct this field\npayments.csv:3:paid_on: “2026-09-31” is not a date. "},
		{name: "files that can't be told", files: map[string]string{"x.csv": "a,b\n1,2\n"}, args: []string{"calc", "--plans", w1Plans, "--data", "{}", "--period", "2026-09", "--out", "-", "--lang", "en"}, code: ExitInput, message: "x.csv: It is not clear what this is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := slices.Clone(tt.args)
			if tt.files != nil {
				folder := write(t, tt.files)
				for i := range args {
					args[i] = strings.ReplaceAll(args[i], "{}", folder)
				}
			}
			code, stdout, stderr := run(t, args...)
			if code != tt.code || !strings.Contains(stderr, tt.message) || stdout != "" {
				t.Errorf("exit %d, want %d\n%s%s\nwant %s", code, tt.code, stdout, stderr, tt.message)
			}
			if strings.Contains(stderr, "⟦") {
				t.Error("a text is missing:", stderr)
			}
		})
	}
}

func TestCalcLeavesTheOldResultWhenItFails(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "payouts.csv")
	if err := os.WriteFile(out, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := Run(ctx, calcW1("--out", out), Streams{&stdout, &stderr}, "test"); code != ExitInternal {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
	content, err := os.ReadFile(out)
	if err != nil || string(content) != "old" {
		t.Errorf("%q %v", content, err)
	}
	rest, err := filepath.Glob(filepath.Join(filepath.Dir(out), ".xiaoguan-*"))
	if err != nil || len(rest) > 0 {
		t.Error(rest, err)
	}
}

func TestFailuresInJSON(t *testing.T) {
	t.Parallel()
	code, stdout, _ := run(t, calcW1("--json", "--explain", "7")...)
	var failure calcFailure
	if err := json.Unmarshal([]byte(stdout), &failure); err != nil || code != ExitInput || failure.Kind != "not_found" || failure.Message == "" {
		t.Errorf("exit %d, %s, %v", code, stdout, err)
	}
}

func TestHelpNamesTheExitCodes(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help"}, {"-h"}, {"help"}, {"calc", "--help"}, {"calc", "-h"}, {"help", "calc"}} {
		code, stdout, stderr := run(t, args...)
		if code != ExitOK || !strings.Contains(stdout, "3 input invalid") {
			t.Errorf("%v: exit %d\n%s%s", args, code, stdout, stderr)
		}
		if asked := strings.Join(args, " "); strings.Contains(asked, "calc") != strings.Contains(stdout, "--period") {
			t.Errorf("%v tells\n%s", args, stdout)
		}
	}
	if code, _, stderr := run(t, "help", "dance"); code != ExitUsage || !strings.Contains(stderr, "dance") {
		t.Errorf("help about what there is not: exit %d, %s", code, stderr)
	}
	if code, stdout, _ := run(t, "version"); code != ExitOK || stdout != "xiaoguan test\n" {
		t.Errorf("exit %d: %s", code, stdout)
	}
}
