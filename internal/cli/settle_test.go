package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// settleChain computes January and February one after the other, into folder/1 and folder/2.
func settleChain(t *testing.T, folder string) {
	t.Helper()
	openings := []string{}
	for _, month := range []string{"1", "2"} {
		out := filepath.Join(folder, month)
		if err := os.Mkdir(out, 0o755); err != nil {
			t.Fatal(err)
		}
		arguments := append([]string{"calc", "--plans", "testdata/settle/plans", "--data", "testdata/settle/data", "--period", "2026-0" + month, "--lang", "en",
			"--out", filepath.Join(out, "payouts.csv")}, openings...)
		if code, stdout, stderr := run(t, arguments...); code != ExitOK || stdout != "" || stderr != "" {
			t.Fatalf("exit %d: %s%s", code, stdout, stderr)
		}
		openings = []string{"--openings", filepath.Join(out, "closings.csv")}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCalcSettlesAChainOfMonths holds what a chain of two months pays, holds, draws and claws back. By hand:
// in January 7 earns 3% of 40,000 = 1,200, held as the deal is not collected, and draws 1,000; 12 earns 600. In February 7 earns 1,800, the
// 1,200 are released, half of 3,000 − 1,000 = 1,000 goes to the draw: 2,000 paid. Half of 12's deal is refunded: 300 back, carried.
func TestCalcSettlesAChainOfMonths(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	settleChain(t, folder)
	for _, name := range []string{"settlement.csv", "closings.csv"} {
		for _, month := range []string{"1", "2"} {
			golden(t, "settle/"+strings.TrimSuffix(name, ".csv")+"-"+month+".golden", read(t, filepath.Join(folder, month, name)))
		}
	}
	settlement := read(t, filepath.Join(folder, "2", "settlement.csv"))
	for _, want := range []string{"7,regular,paid,,,2026-02,200000", "7,regular,recovered,,,2026-01,-100000", "12,regular,clawed_back,commission,10,2026-01,-30000"} {
		if !strings.Contains(settlement, want) {
			t.Errorf("no %s in\n%s", want, settlement)
		}
	}
	if payouts := read(t, filepath.Join(folder, "2", "payouts.csv")); payouts != "payee,component,amount_fen\n7,commission,180000\n" {
		t.Errorf("payouts are what is earned: %s", payouts)
	}
}

// TestCalcFindsOpeningsInTheDataFolder: openings.csv there is read like --openings, and is no file of facts.
func TestCalcFindsOpeningsInTheDataFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	settleChain(t, folder)
	data := filepath.Join(folder, "data")
	if err := os.CopyFS(data, os.DirFS("testdata/settle/data")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "openings.csv"), []byte("\ufeff"+read(t, filepath.Join(folder, "1", "closings.csv"))), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "zh-CN"} {
		code, stdout, stderr := run(t, "calc", "--plans", "testdata/settle/plans", "--data", data, "--period", "2026-02", "--explain", "7", "--lang", lang)
		if code != ExitOK || stderr != "" {
			t.Fatalf("exit %d: %s", code, stderr)
		}
		golden(t, "settle/explain-7."+lang+".golden", stdout)
	}
	code, stdout, stderr := run(t, "calc", "--plans", "testdata/settle/plans", "--data", data, "--period", "2026-02", "--json", "--lang", "en")
	if code != ExitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var result calcResult
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Settled) != 2 || result.Settled[0].PaidFen != 200_000 || result.Settled[1].PaidFen != 0 {
		t.Errorf("%+v", result.Settled)
	}
}

// TestItemsOfAPlanThatIsNotInForceStay as they are, and an account without earnings is settled all the same.
func TestItemsOfAPlanThatIsNotInForceStay(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	openings := filepath.Join(folder, "o.csv")
	header := strings.Join(itemColumns[:olderColumns], ",") + "\n"
	if err := os.WriteFile(openings, []byte(header+"12,gone,held,commission,,2025-11,,500,500,0\n12,regular,held,commission,10,2025-12,,700,700,0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := run(t, "calc", "--plans", "testdata/settle/plans", "--data", "testdata/settle/data", "--period", "2026-03", "--openings", openings, "--out",
		filepath.Join(folder, "payouts.csv"))
	if code != ExitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if got := read(t, filepath.Join(folder, "closings.csv")); !strings.Contains(got, "12,gone,held,commission,,2025-11,,500,500,0") ||
		!strings.Contains(got, "12,regular,held,commission,10,2025-12,,700,700,0") {
		t.Error(got)
	}
}

func TestCalcRefusesWrongOpenings(t *testing.T) {
	t.Parallel()
	header := strings.Join(itemColumns[:olderColumns], ",") + "\n"
	for name, c := range map[string]struct{ text, message string }{
		"another header":       {"payee,plan\n", "openings.csv:1: The header"},
		"nobody":               {header + "70,regular,draw,,,2026-01,,-1,0,0\n", "openings.csv:2:payee: There is nobody"},
		"no kind":              {header + "7,regular,gift,,,2026-01,,-1,0,0\n", "openings.csv:2:kind: There is no such kind"},
		"no month":             {header + "7,regular,draw,,,January,,-1,0,0\n", "openings.csv:2:origin: This is not a month"},
		"no number":            {header + "7,regular,draw,,,2026-01,,-1.5,0,0\n", "openings.csv:2:amount_fen: This is not a whole number"},
		"too few fields":       {header + "7,regular\n", "openings.csv:2: The row has a wrong number"},
		"a draw to be paid":    {header + "7,regular,draw,,,2026-01,,1,0,0\n", "opening[0]: The opening item contradicts itself"},
		"no answers":           {strings.Join(itemColumns, ",") + "\n7,regular,earning,commission,9,2026-01,,0,1,0,1,0,,none\n", "openings.csv:2:answers: These are not answers"},
		"an unknown deal":      {header + "7,regular,held,commission,99,2026-01,,1,1,0\n", "opening[0]: There is no such deal"},
		"an item of today":     {header + "7,regular,draw,,,2026-02,,-1,0,0\n", "opening[0]: The opening item contradicts itself"},
		"held above all of it": {header + "7,regular,held,commission,9,2026-01,,2,1,0\n", "opening[0]: The opening item contradicts itself"},
	} {
		file := filepath.Join(t.TempDir(), "openings.csv")
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "payouts.csv")
		code, _, stderr := run(t, "calc", "--plans", "testdata/settle/plans", "--data", "testdata/settle/data", "--period", "2026-02", "--openings", file, "--out", out, "--lang", "en")
		if code != ExitInput || !strings.Contains(stderr, c.message) {
			t.Errorf("%s: exit %d: %s", name, code, stderr)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: something was written", name)
		}
	}
}
