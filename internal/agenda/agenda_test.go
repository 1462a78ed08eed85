package agenda_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/access"
	"xiaoguan/internal/agenda"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

var noon = time.Date(2026, 9, 24, 12, 0, 0, 0, calendar.ChinaTime)

var clock = agenda.Clock{Today: calendar.DateOf(noon), Now: noon}

func line(kind agenda.Kind, number int64, due calendar.Date) agenda.Line {
	return agenda.Line{Kind: kind, Number: number, DueOn: due}
}

func at(kind agenda.Kind, number int64, due time.Time) agenda.Line {
	return agenda.Line{Kind: kind, Number: number, DueOn: calendar.DateOf(due), DueAt: due}
}

func of(lines ...agenda.Line) agenda.Source {
	return agenda.Func(func(context.Context, access.Actor, agenda.Clock) ([]agenda.Line, []agenda.Rest, error) {
		return lines, nil, nil
	})
}

// TestTheOrderIsWhatIsLateThenTodayThenWhatWaits for hands that come in any order.
func TestTheOrderIsWhatIsLateThenTodayThenWhatWaits(t *testing.T) {
	t.Parallel()
	today := clock.Today
	want := []agenda.Line{
		line(agenda.Keep, 1, today-30), line(agenda.Collect, 7, today-2), line(agenda.Task, 2, today-2), at(agenda.Sign, 1, noon.Add(-time.Hour)), at(agenda.SolveCase, 3, noon),
		at(agenda.AnswerLead, 9, noon.Add(time.Hour)), at(agenda.MeetRule, 4, noon.Add(2*time.Hour)), line(agenda.Contact, 1, today), line(agenda.Contact, 2, today), line(agenda.Visit, 1, today),
		line(agenda.Sign, 1, calendar.NoDate), line(agenda.Sign, 2, calendar.NoDate), line(agenda.Pile, 0, calendar.NoDate), line(agenda.Pile, 1, calendar.NoDate),
		at(agenda.MeetRule, 5, noon.Add(24*time.Hour)), line(agenda.Contact, 3, today+1), line(agenda.Collect, 1, today+6),
	}
	bands := []agenda.Band{agenda.Late, agenda.Late, agenda.Late, agenda.Late, agenda.Late, agenda.Today, agenda.Today, agenda.Today, agenda.Today, agenda.Today, agenda.Open, agenda.Open, agenda.Open, agenda.Open,
		agenda.Ahead, agenda.Ahead, agenda.Ahead}
	for seed := range uint64(20) {
		mixed := slices.Clone(want)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		s := agenda.NewService(func() time.Time { return noon }, of(mixed[:5]...), of(), of(mixed[5:]...))
		day, err := s.Mine(t.Context(), access.Actor{UserID: "u"})
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for i, l := range day.Lines {
			if l.Kind != want[i].Kind || l.Number != want[i].Number || day.Band(l) != bands[i] {
				t.Fatalf("seed %d: %d is %s %d (%s), want %s %d (%s)", seed, i, l.Kind, l.Number, day.Band(l), want[i].Kind, want[i].Number, bands[i])
			}
		}
		for _, band := range agenda.Bands {
			count += len(day.In(band))
		}
		if count != len(want) {
			t.Errorf("%d lines in bands, want %d", count, len(want))
		}
	}
}

// TestNoTwoMattersAreEqualAndTheOrderIsOne: the comparison is antisymmetric and transitive, and zero for one and the same matter alone.
func TestNoTwoMattersAreEqualAndTheOrderIsOne(t *testing.T) {
	t.Parallel()
	draw := rapid.Custom(func(t *rapid.T) agenda.Line {
		l := line(rapid.SampledFrom(agenda.Kinds).Draw(t, "kind"), rapid.Int64Range(1, 3).Draw(t, "number"), calendar.NoDate)
		switch rapid.IntRange(0, 2).Draw(t, "due") {
		case 1:
			l.DueOn = clock.Today + calendar.Date(rapid.IntRange(-2, 2).Draw(t, "days"))
		case 2:
			l = at(l.Kind, l.Number, noon.Add(time.Duration(rapid.IntRange(-40, 40).Draw(t, "hours"))*time.Hour))
		}
		return l
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := draw.Draw(t, "a"), draw.Draw(t, "b"), draw.Draw(t, "c")
		same := a.Kind == b.Kind && a.Number == b.Number && a.DueOn == b.DueOn && a.DueAt.Equal(b.DueAt)
		if ab, ba := clock.Compare(a, b), clock.Compare(b, a); ab != -ba || (ab == 0) != same {
			t.Fatalf("%+v and %+v compare %d and %d", a, b, ab, ba)
		}
		if clock.Compare(a, b) <= 0 && clock.Compare(b, c) <= 0 && clock.Compare(a, c) > 0 {
			t.Fatalf("%+v, %+v, %+v", a, b, c)
		}
	})
}

func TestNobodyAndAFailingSource(t *testing.T) {
	t.Parallel()
	failing := agenda.Func(func(context.Context, access.Actor, agenda.Clock) ([]agenda.Line, []agenda.Rest, error) {
		return nil, nil, errors.New("no database")
	})
	s := agenda.NewService(func() time.Time { return noon }, failing)
	if _, err := s.Mine(t.Context(), access.Actor{}); !errs.Is(err, errs.KindUnauthenticated) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := s.Mine(t.Context(), access.Actor{UserID: "u"}); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("a failing source: %v", err)
	}
}

// TestEveryKindHasItsWords in both languages.
func TestEveryKindHasItsWords(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		p := catalogue.Printer(lang)
		for _, k := range agenda.Kinds {
			if k == agenda.Pile { // whose words are those of its tasks
				continue
			}
			if text := p.Message(agenda.Line{Kind: k, Name: agenda.Named("恒越")}.Message(p.Zh())); !strings.Contains(text, "恒越") {
				t.Errorf("%s in %s: %q", k, lang, text)
			}
		}
		for _, b := range agenda.Bands {
			if !p.Has("agenda.band_"+string(b)) || !p.Has("agenda.band_text_"+string(b)) {
				t.Errorf("%s has no name in %s", b, lang)
			}
		}
	}
}
