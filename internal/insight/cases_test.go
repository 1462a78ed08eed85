package insight_test

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"xiaoguan/internal/insight"
)

func TestWorkedCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	kinds := map[string]func(*testing.T, string) string{"where": where, "chain": chain, "ratio": ratio}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		archive := txtar.Parse(text)
		if len(archive.Files) != 2 || archive.Files[1].Name != "want" {
			t.Fatalf("%s has no input and want", name)
		}
		got := kinds[archive.Files[0].Name](t, string(archive.Files[0].Data))
		if want := string(archive.Files[1].Data); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}

func lines(text string, each func(name, rest string)) {
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		each(name, rest)
	}
}

func scan(t *testing.T, text, format string, into ...any) {
	t.Helper()
	if _, err := fmt.Sscanf(text, format, into...); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
}

func where(t *testing.T, in string) string {
	var dimensions []insight.Dimension
	lines(in, func(name, rest string) {
		d := insight.Dimension{Name: name}
		for part := range strings.SplitSeq(rest, ", ") {
			var e insight.Element
			scan(t, part, "%s %d %d", &e.Name, &e.Expected, &e.Actual)
			d.Elements = append(d.Elements, e)
		}
		dimensions = append(dimensions, d)
	})
	var b strings.Builder
	found := insight.Where(dimensions)
	for _, p := range found.Places {
		var causes []string
		for _, c := range p.Causes {
			causes = append(causes, fmt.Sprintf("%s %d", c.Name, c.Change))
		}
		fmt.Fprintf(&b, "%s: %s; %d of %d\n", p.Dimension, strings.Join(causes, ", "), p.Change, p.Whole)
	}
	for _, s := range found.Skipped {
		fmt.Fprintf(&b, "%s skipped: %s\n", s.Dimension, s.Why)
	}
	return b.String()
}

func chain(t *testing.T, in string) string {
	var names []string
	var before, after [][]int64
	lines(in, func(name, rest string) {
		a, b := make([]int64, 3), make([]int64, 3)
		scan(t, rest, "%d %d %d -> %d %d %d", &a[0], &a[1], &a[2], &b[0], &b[1], &b[2])
		names, before, after = append(names, name), append(before, a), append(after, b)
	})
	e, err := insight.Chain(before, after)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, s := range e.Segments {
		fmt.Fprintf(&b, "%s: %d %d %d rest %d\n", names[i], s.Effects[0], s.Effects[1], s.Effects[2], s.Rest)
	}
	fmt.Fprintf(&b, "all: %d %d %d rest %d = %d\n", e.Effects[0], e.Effects[1], e.Effects[2], e.Rest, e.After-e.Before)
	return b.String()
}

func ratio(t *testing.T, in string) string {
	var names []string
	var parts []insight.Part
	lines(in, func(name, rest string) {
		var p insight.Part
		scan(t, rest, "%d/%d -> %d/%d", &p.CountBefore, &p.BaseBefore, &p.CountAfter, &p.BaseAfter)
		names, parts = append(names, name), append(parts, p)
	})
	e, err := insight.Ratio(parts)
	if err != nil {
		t.Fatal(err)
	}
	million := func(r *big.Rat) int64 { return insight.Nearest(new(big.Rat).Mul(r, big.NewRat(1_000_000, 1))) }
	var b strings.Builder
	for i, p := range e.Parts {
		fmt.Fprintf(&b, "%s: inner %d mix %d\n", names[i], million(p.Inner), million(p.Mix))
	}
	fmt.Fprintf(&b, "all: %d -> %d, inner %d mix %d\n", million(e.Before), million(e.After), million(e.Inner), million(e.Mix))
	return b.String()
}
