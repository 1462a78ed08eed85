package report_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
	"xiaoguan/internal/ruledoc"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, calendar.ChinaTime)

// numbers answers for every metric with what draw says.
type numbers struct {
	draw   func(metric.ID, metric.Place, metric.Period) (numerator, denominator int64, why metric.Reason)
	places []metric.Place
}

func (n *numbers) value(d metric.Definition, place metric.Place, p metric.Period) metric.Value {
	v := metric.Value{Metric: d.ID, Version: 1, Unit: d.Unit, Place: place, Period: p, Scale: 1, Newest: noon}
	v.Numerator, v.Denominator, v.Why = n.draw(d.ID, place, p)
	if len(d.Formula.Over) == 0 {
		v.Denominator = 0
	} else if v.Denominator <= 0 && v.Why == metric.ReasonNone {
		v.Why = metric.ReasonZero
	}
	v.Known = v.Why == metric.ReasonNone
	return v
}

func compare(against metric.Against, now, then metric.Value) metric.Compared {
	c := metric.Compared{Against: against, Value: then, Points: now.Unit == metric.UnitPercent}
	a, knownA := now.Amount()
	b, knownB := then.Amount()
	switch {
	case !knownA:
		c.Why = now.Why
	case !knownB:
		c.Why = then.Why
	case c.Points:
		c.Change, c.Known = a-b, true
	case b == 0:
		c.Why = metric.ReasonZero
	default:
		c.Change, c.Known = (a-b)*1000/max(b, -b)*1000, true
	}
	return c
}

func month(m calendar.Month) metric.Period {
	p := metric.Period{Kind: metric.Month, First: m, Last: m, From: m.First(), To: m.Last()}
	if today := calendar.DateOf(noon); p.From <= today && today < p.To {
		p.To, p.ToDate = today, true
	}
	return p
}

func (n *numbers) Read(_ context.Context, _ access.Actor, q metric.Query) (metric.Answer, error) {
	p := month(q.Period.First)
	a := metric.Answer{Place: q.Place, Period: p, By: q.By, Elapsed: 14, WorkDays: 21, Newest: map[metric.Source]time.Time{metric.SourcePayments: noon}}
	for _, d := range metric.Shipped() {
		wanted := len(q.Metrics) == 0 && d.Default
		for _, id := range q.Metrics {
			wanted = wanted || d.ID == id || d.Family == id && d.Default
		}
		if !wanted {
			continue
		}
		s := metric.Series{Definition: d, Value: n.value(d, q.Place, p)}
		compared := func(place metric.Place, now metric.Value) (list []metric.Compared) {
			for _, against := range q.Against {
				back := calendar.Month(12)
				if against == metric.Before {
					back = 1
				}
				list = append(list, compare(against, now, n.value(d, place, month(p.First-back))))
			}
			return list
		}
		s.Compared = compared(q.Place, s.Value)
		switch q.By {
		case metric.ByMonth:
			for m := q.Period.First; m <= q.Period.Last; m++ {
				s.Parts = append(s.Parts, metric.Part{Value: n.value(d, q.Place, month(m))})
			}
		case metric.ByRegion, metric.ByTeam, metric.ByPerson:
			for _, place := range n.places {
				v := n.value(d, place, p)
				s.Parts = append(s.Parts, metric.Part{Value: v, Compared: compared(place, v)})
			}
		}
		a.Series = append(a.Series, s)
	}
	return a, nil
}

// records is a store with what a report reads beside numbers.
type records struct {
	report.Reader
	segments func(report.DimensionID) []report.Segment
	actions  []review.Action
	log      []decision.Decision
	overdue  []board.Overdue
}

func (r *records) Read(_ context.Context, fn func(report.Reader) error) error { return fn(r) }
func (r *records) InTx(context.Context, func(report.Tx) error) error          { panic("nothing is written") }

func (r *records) ReviewTeams(context.Context, calendar.Date) ([]review.Team, error) {
	return []review.Team{{ID: 1, Name: "华东一部", RegionID: 7, RegionName: "华东", Leaders: []int64{3}}}, nil
}

func (r *records) Decisions(context.Context, decision.Filter) ([]decision.Decision, error) {
	return r.log, nil
}

func (r *records) BoardOverdue(context.Context, access.Scope, metric.Place, metric.Breakdown, calendar.Date, money.Currency) ([]board.Overdue, error) {
	return r.overdue, nil
}

func (r *records) ReportCollected(_ context.Context, d report.DimensionID, _, _ calendar.Date, _ money.Currency, _ []int64) ([]report.Segment, error) {
	return r.segments(d), nil
}

func (r *records) ReportActions(context.Context, calendar.Date, calendar.Date) ([]review.Action, error) {
	return append([]review.Action(nil), r.actions...), nil
}

func (r *records) ReportCleaning(context.Context, calendar.Date, calendar.Date, money.Currency, []int64) (report.Cleaning, error) {
	return report.Cleaning{Payments: 10, Late: 2, LateMinor: 5000, MergedKnown: true}, nil
}

func service(n *numbers, r *records, funnel *board.Funnel, failed error) *report.Service {
	return report.NewService(report.Config{Store: r, Numbers: n, Now: func() time.Time { return noon }, WorkDays: calendar.China, Currency: money.Constantly(money.CNY), NewID: func() string { return "job" },
		Funnel: func(context.Context, access.Actor, board.Where) (*board.Funnel, error) { return funnel, failed },
		Broken: func(context.Context, access.Actor, board.Where) ([]board.Exception, error) {
			return []board.Exception{{Name: ruledoc.Text{Zh: "24 小时内首次联系", En: "First contact within 24 hours"}, Count: 4, Path: "/compliance"}}, nil
		}})
}

var operations = access.Actor{UserID: "ops", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}

// written is everything that a document says in a language, and fails where a text or an argument is missing.
func written(t interface{ Fatalf(string, ...any) }, d *report.Document, p *i18n.Printer) map[string]string {
	words, texts, seen := report.NewWords(p, d), map[string]string{}, map[string]bool{}
	check := func(block, text string) {
		if strings.Contains(text, "⟦") || strings.ContainsAny(text, "\x02\x03") {
			t.Fatalf("%s says %q", block, text)
		}
		texts[block] += text + "\n"
	}
	for _, s := range d.Sections {
		check(string(s.ID), p.Message(s.ID.Message()))
		for _, b := range s.Blocks {
			if seen[b.ID] {
				t.Fatalf("block %s is there twice", b.ID)
			}
			seen[b.ID] = true
			switch {
			case b.Sentence != nil:
				check(b.ID, words.Sentence(*b.Sentence))
			case b.Table != nil:
				check(b.ID, p.T("report.table."+b.ID))
				for _, c := range b.Table.Columns {
					check(b.ID, p.T("report.column."+c.Key))
				}
				for _, row := range b.Table.Rows {
					if len(row.Cells) != len(b.Table.Columns) {
						t.Fatalf("%s has a row of %d cells in %d columns", b.ID, len(row.Cells), len(b.Table.Columns))
					}
					for _, cell := range row.Cells {
						check(b.ID, words.Arg(cell))
					}
				}
			case b.Chart != nil:
				check(b.ID, p.T("report.chart."+b.ID))
				for _, l := range b.Chart.Labels {
					check(b.ID, words.Arg(l))
				}
				for _, series := range b.Chart.Series {
					check(b.ID, p.T("report.series."+string(series.Role)))
					if len(series.Points) != len(b.Chart.Labels) {
						t.Fatalf("%s has %d points at %d labels", b.ID, len(series.Points), len(b.Chart.Labels))
					}
				}
			default:
				t.Fatalf("block %s has nothing in it", b.ID)
			}
		}
	}
	return texts
}

func printers(t *testing.T) (zh, en *i18n.Printer) {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Printer(i18n.ZhCN), catalogue.Printer(i18n.En)
}

// sums fails where the rows of a cut are not the total beneath them.
func sums(t interface{ Fatalf(string, ...any) }, d *report.Document) {
	where, _ := d.Section(report.SectionWhere)
	for _, b := range where.Blocks {
		if b.Table == nil || b.Table.Left > 0 || b.Table.Columns[1].Metric != "" || len(b.Table.Rows) == 0 {
			continue
		}
		sum, total := int64(0), int64(0)
		for _, row := range b.Table.Rows {
			if row.Total {
				total = row.Cells[1].Figure.Amount
			} else {
				sum += row.Cells[1].Figure.Amount
			}
		}
		if sum != total {
			t.Fatalf("%s: rows sum to %d, the total is %d", b.ID, sum, total)
		}
	}
}

// TestAnyNumbersMakeAReport in both languages: whatever is known, the report stands, says all it says, and adds up.
func TestAnyNumbersMakeAReport(t *testing.T) {
	t.Parallel()
	zh, en := printers(t)
	reasons := []metric.Reason{"", "", "", "", metric.ReasonNoRows, metric.ReasonNoTarget, metric.ReasonImmature, metric.ReasonZero, metric.ReasonFuture}
	keys := map[report.DimensionID]string{report.ByProduct: "1", report.ByCustomer: "new", report.ByTier: "A", report.ByChannel: "website"}
	rapid.Check(t, func(t *rapid.T) {
		seed, most, known := rapid.Uint64().Draw(t, "seed"), rapid.Int64Range(1, 9_000_000_00).Draw(t, "most"), rapid.IntRange(1, len(reasons)).Draw(t, "known")
		n := &numbers{places: []metric.Place{{Kind: metric.PlaceRegion, ID: 7, Name: "华东"}, {Kind: metric.PlaceRegion, ID: 8, Name: "华南"}}[:rapid.IntRange(0, 2).Draw(t, "places")],
			draw: func(id metric.ID, place metric.Place, p metric.Period) (int64, int64, metric.Reason) {
				h := fnv.New64a()
				fmt.Fprint(h, id, place.ID, p.First)
				random := rand.New(rand.NewPCG(seed, h.Sum64()))
				return random.Int64N(most) - most/100, random.Int64N(most) * random.Int64N(3), reasons[random.IntN(known)]
			}}
		r := &records{segments: func(d report.DimensionID) []report.Segment {
			return []report.Segment{{Key: "", Minor: int64(seed % 1000)}, {Key: keys[d], Name: "云桥", Minor: 5}}
		}}
		var funnel *board.Funnel
		if rapid.Bool().Draw(t, "funnel") {
			day := 24 * time.Hour
			funnel = &board.Funnel{Cases: 9, Stages: []board.FunnelStage{{Name: ruledoc.Text{Zh: "初步接触", En: "First contact"}, Reached: 9, P50: &day, P90: &day}, {Name: ruledoc.Text{Zh: "方案", En: "Proposal"}, Reached: rapid.IntRange(0, 9).Draw(t, "on"), P50: &day, P90: &day}}}
			funnel.MarkSlowest()
			r.actions = []review.Action{{ID: 1, ReviewID: 1, Unit: review.Unit{Kind: review.UnitTeam, ID: 1}, PersonID: 3, PersonName: "陈思远", Text: "拜访", DueOn: calendar.DateOf(noon) - 2, State: review.ActionDone, DoneOn: calendar.DateOf(noon) - 3, Metric: "win_rate", CreatedAt: noon.AddDate(0, -1, 0)}}
			r.overdue = []board.Overdue{{Band: board.Days30, Minor: 100, Count: 1}, {Band: board.Longer, Minor: 50, Count: 2}}
			r.log = []decision.Decision{{ID: 4, Title: "提前催收", DueOn: calendar.DateOf(noon) - 1, State: decision.StateOpen, Evidence: []decision.Evidence{{Label: "赢率", Value: "40%", Metric: "win_rate"}}}}
		}
		ask := report.Ask{Month: calendar.DateOf(noon).Month() - calendar.Month(rapid.IntRange(0, 2).Draw(t, "back")), Place: metric.Company}
		d, err := service(n, r, funnel, nil).Prepare(context.Background(), operations, ask)
		if err != nil {
			t.Fatal(err)
		}
		written(t, &d, zh)
		written(t, &d, en)
		sums(t, &d)
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back report.Document
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != string(text) {
			t.Fatalf("a document does not survive being kept: %v", err)
		}
		if differs := report.Differ(&d, &back); len(differs) != 0 {
			t.Fatalf("a document differs from itself: %+v", differs)
		}
	})
}

func TestWhatAReportSays(t *testing.T) {
	t.Parallel()
	zh, en := printers(t)
	n := &numbers{places: []metric.Place{{Kind: metric.PlaceRegion, ID: 7, Name: "华东"}, {Kind: metric.PlaceRegion, ID: 8, Name: "华南"}},
		draw: func(id metric.ID, place metric.Place, p metric.Period) (int64, int64, metric.Reason) {
			amount := int64(2_000_000_00)
			if p.First < calendar.NewMonth(2026, 1) {
				amount = 2_400_000_00
			}
			switch {
			case place.ID == 7:
				amount -= 1_000_000_00 // the south had a million in both years
			case place.ID == 8:
				amount = 1_000_000_00
			}
			if id == "target" {
				amount = 2_500_000_00
			}
			return amount, 2_500_000_00, metric.ReasonNone
		}}
	r := &records{segments: func(report.DimensionID) []report.Segment { return nil }}
	d, err := service(n, r, nil, errs.New(errs.KindUnavailable, "flow.preparing", nil)).Prepare(t.Context(), operations, report.Ask{Place: metric.Company})
	if err != nil {
		t.Fatal(err)
	}
	for block, want := range map[string][2]string{
		"basis.scope":      {"本报告统计全公司 2026年10月的销售数据，从 2026-10-01 到 2026-10-31，共 21 个工作日。\n", "This report is about The company in Oct 2026, from 2026-10-01 to 2026-10-31: 21 working days.\n"},
		"overall.attained": {"本月回款 200.0万，目标 250.0万，达成率 80.0%，距目标还差 20.0点。\n", "Collected ¥2.00M of a target of ¥2.50M: 80.0%, 20.0 pts short of it.\n"},
		"process.funnel":   {"流程数据还在整理或没有启用流程标准，这次没有漏斗。\n", "The log of the process is being read, or there is no process standard; there is no funnel this time.\n"},
		"where.located.region": {"回款比去年同期变动 −40.0万，按大区看最集中：华东合计 −40.0万，占全部变动的 100.0%。\n",
			"Collections moved −¥400.0K against the same days a year ago. It lies most by region: 华东 make up −¥400.0K, 100.0% of it.\n"},
	} {
		if got := written(t, &d, zh)[block]; got != want[0] {
			t.Errorf("%s: %q, want %q", block, got, want[0])
		}
		if got := written(t, &d, en)[block]; got != want[1] {
			t.Errorf("%s: %q, want %q", block, got, want[1])
		}
	}
}

func TestAReportIsOfAPlaceThatOneSeesWhole(t *testing.T) {
	t.Parallel()
	n := &numbers{draw: func(metric.ID, metric.Place, metric.Period) (int64, int64, metric.Reason) {
		return 1, 1, metric.ReasonNone
	}}
	s := service(n, &records{segments: func(report.DimensionID) []report.Segment { return nil }}, nil, errs.New(errs.KindUnavailable, "flow.preparing", nil))
	seller := access.Actor{UserID: "s", PersonID: 9, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
	lead := access.Actor{UserID: "l", PersonID: 3, Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
	team := metric.Place{Kind: metric.PlaceTeam, ID: 1}
	for _, test := range []struct {
		actor access.Actor
		place metric.Place
		kind  errs.Kind
	}{{seller, metric.Company, errs.KindForbidden}, {seller, team, errs.KindForbidden}, {lead, metric.Company, errs.KindForbidden}, {lead, metric.Place{Kind: metric.PlaceRegion, ID: 7}, errs.KindForbidden}} {
		if _, err := s.Prepare(t.Context(), test.actor, report.Ask{Place: test.place}); !errs.Is(err, test.kind) {
			t.Errorf("%s of %v: %v", test.actor.UserID, test.place, err)
		}
	}
	if d, err := s.Prepare(t.Context(), lead, report.Ask{}); err != nil || d.Place.Kind != metric.PlaceTeam {
		t.Errorf("who leads a team begins with it: %+v, %v", d.Place, err)
	}
	if _, err := s.Prepare(t.Context(), operations, report.Ask{Month: calendar.NewMonth(2027, 1)}); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a month to come: %v", err)
	}
}
