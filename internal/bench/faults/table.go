package faults

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"xiaoguan/internal/stats"
)

// tally counts planted problems and what became of them.
type tally struct{ planted, found, located int }

func (t *tally) add(o Outcome) {
	t.planted++
	if o.Found {
		t.found++
	}
	if o.Located {
		t.located++
	}
}

// summary is what a run comes to.
type summary struct {
	all              tally
	byStrength       map[Strength]*tally
	byKind           map[string]map[Strength]*tally
	healthy, quiet   int // companies without problems, and those of them without an alarm
	alarms, elsewise int // in companies without problems, and in the others
	alarmKinds       map[string]int
	others           int // companies with problems
}

func (r Results) sum() summary {
	s := summary{byStrength: map[Strength]*tally{}, byKind: map[string]map[Strength]*tally{}, alarmKinds: map[string]int{}}
	for _, strength := range Strengths {
		s.byStrength[strength] = &tally{}
	}
	for _, score := range r.Scores {
		for i, fault := range score.Truth.Faults {
			if s.byKind[fault.Kind] == nil {
				s.byKind[fault.Kind] = map[Strength]*tally{Weak: {}, Medium: {}, Strong: {}}
			}
			for _, t := range []*tally{&s.all, s.byStrength[fault.Strength], s.byKind[fault.Kind][fault.Strength]} {
				t.add(score.Faults[i])
			}
		}
		for _, alarm := range score.Alarms {
			s.alarmKinds[alarm.Kind]++
		}
		if len(score.Truth.Faults) > 0 {
			s.others++
			s.elsewise += len(score.Alarms)
			continue
		}
		s.healthy++
		s.alarms += len(score.Alarms)
		if len(score.Alarms) == 0 {
			s.quiet++
		}
	}
	return s
}

// Table writes the results of a run as a page of Markdown.
func (r Results) Table(w io.Writer, command string) error {
	s := r.sum()
	var b strings.Builder
	sellers, largest := 0, 0
	for _, score := range r.Scores {
		sellers += score.Truth.Sellers
		largest = max(largest, score.Truth.Sellers)
	}
	fmt.Fprintf(&b, "# Diagnosis of companies with planted problems\n\n`%s`\n\n", command)
	fmt.Fprintf(&b, "%d companies with %d sellers, the largest with %d; %d problems planted in %d of them, none in %d. Intervals are Wilson's of 95 %%.\n\n", len(r.Scores), sellers, largest, s.all.planted, s.others, s.healthy)
	b.WriteString("| | planted | found | located |\n|---|--:|--:|--:|\n")
	fmt.Fprintf(&b, "| **all** | %d | %s | %s |\n", s.all.planted, part(s.all.found, s.all.planted), part(s.all.located, s.all.planted))
	for _, strength := range Strengths {
		t := s.byStrength[strength]
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", strength, t.planted, part(t.found, t.planted), part(t.located, t.planted))
	}
	fmt.Fprintf(&b, "\nFalse alarms for each company without problems: **%s**; such companies without any: %s. In companies with problems: %s each.\n\n",
		mean(s.alarms, s.healthy), part(s.quiet, s.healthy), mean(s.elsewise, s.others))
	b.WriteString("## By kind and strength\n\nFound (located) of planted.\n\n| kind | weak | medium | strong | all | false alarms |\n|---|--:|--:|--:|--:|--:|\n")
	for _, kind := range Kinds() {
		var whole tally
		fmt.Fprintf(&b, "| `%s` |", kind)
		for _, strength := range Strengths {
			if t := s.byKind[kind][strength]; t != nil {
				fmt.Fprintf(&b, " %s |", t)
				whole = tally{whole.planted + t.planted, whole.found + t.found, whole.located + t.located}
			} else {
				b.WriteString(" – |")
			}
		}
		fmt.Fprintf(&b, " %s | %d |\n", &whole, s.alarmKinds[kind])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String is found (located) of planted.
func (t *tally) String() string {
	if t.planted == 0 {
		return "–"
	}
	return fmt.Sprintf("%d (%d) of %d", t.found, t.located, t.planted)
}

// Kinds are the ids of all that can be planted, sorted.
func Kinds() []string {
	ids := map[string]bool{}
	for _, k := range kinds() {
		ids[k.id] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

// part writes a share with its numbers and Wilson's interval.
func part(hits, cases int) string {
	rate, err := stats.Wilson(hits, cases, 0.95)
	if err != nil {
		return "no case"
	}
	return fmt.Sprintf("%d of %d, %.1f %% (%.1f–%.1f)", hits, cases, 100*rate.Share, 100*rate.Interval.Low, 100*rate.Interval.High)
}

// mean writes how many there are for each, with an interval of 95 % by the square root of a Poisson number.
func mean(count, of int) string {
	if of == 0 {
		return "no company"
	}
	root := math.Sqrt(float64(count) + 0.375)
	low, high := max(0, root-0.98), root+0.98
	return fmt.Sprintf("%d in %d, %.2f (%.2f–%.2f)", count, of, float64(count)/float64(of), max(0, low*low-0.375)/float64(of), (high*high-0.375)/float64(of))
}
