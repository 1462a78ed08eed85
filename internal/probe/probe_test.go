package probe_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/probe"
)

const head = `xiaoguan: plan/1
id: sample
name: {zh: 样板, en: Sample}
layer: regular
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {level: [LEVEL]}
statements: {earned_on: collected, payable_on: period_close, refund: negative_credit_when_refunded, negative_result: stands, zero_quota: attainment_zero,
  level_at: period_end, team_at: period_end, joiner: full_period, leaver: full_period, leaver_later_collections: unpaid, attainment_rounding: exact}
measures:
  credited: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: period}
  quota: {name: {zh: 任务额, en: quota}, quota: collected, window: period}
  attainment: {name: {zh: 达成率, en: attainment}, ratio: [credited, quota]}
  year: {name: {zh: 年度回款, en: collections of the year}, credits: collected, sum: amount, window: year_to_date}
  sop: {name: {zh: 合规率, en: compliance}, given: sop, kind: ratio, window: period, missing: refuse}
  team: {name: {zh: 团队回款, en: collections of the team}, team: {sum: credited}}
  team_quota: {name: {zh: 团队任务额, en: quota of the team}, team: {sum: quota}}
  team_attainment: {name: {zh: 团队达成率, en: attainment of the team}, ratio: [team, team_quota]}
components:
`

func component(pays string, more ...string) string {
	return "  - id: commission\n    name: {zh: 提成, en: Commission}\n    " + strings.Join(append(more, "pays: "+pays), "\n    ") +
		"\n    round: {mode: half_away_from_zero, at: component}\n"
}

func document(t *testing.T, level, components string) *plan.Document {
	t.Helper()
	d, findings := plan.Inspect("sample.yaml", []byte(strings.Replace(head, "LEVEL", level, 1)+components))
	if d == nil {
		t.Fatal(findings)
	}
	return d
}

// TestTrials were worked out by hand for a quota of 300,000.00 a month.
func TestTrials(t *testing.T) {
	t.Parallel()
	const whole = `{rate: 2%, of: credited, table: {by: attainment, style: whole_amount, boundary: upper_band, bands: [{to: 100%, times: 1}, {from: 100%, times: 1.5}]}}`
	leap := func(sales, before, after int64, fix probe.Fix) []probe.GamingPoint {
		return []probe.GamingPoint{{SalesFen: sales, AttainmentPPM: sales / 30, BeforeFen: before, AfterFen: after, Components: []string{"commission"}, Fix: fix}}
	}
	tests := map[string]struct {
		level, components string
		pay               [3]int64 // at 80, 100 and 120 % of every month of a year
		gaming            []probe.GamingPoint
		steep             int
	}{
		// 240,000 · 2 % · 12; 300,000 · 3 % · 12; 360,000 · 3 % · 12. One fen below quota 299,999.99 · 2 % = 6,000.00, at quota 9,000.00.
		"a band for the whole amount leaps": {"regular", component(whole), [3]int64{57_600_00, 108_000_00, 129_600_00}, leap(300_000_00, 6_000_00, 9_000_00, probe.FixMarginal), 0},
		// Slices bend and do not leap: 120 % is 6,000 + 60,000 · 3 % = 7,800.
		"slices do not": {"regular", component(strings.Replace(whole, "whole_amount", "marginal, consume: [date, key]", 1)), [3]int64{57_600_00, 72_000_00, 93_600_00}, nil, 0},
		// A gate of 90 %: 270,000 · 2 % = 5,400 at once.
		"a gate leaps": {"regular", component("{rate: 2%, of: credited}", "when: [{measure: attainment, at_least: 90%}]"), [3]int64{0, 72_000_00, 86_400_00}, leap(270_000_00, 0, 5_400_00, probe.FixDeduct), 0},
		// A multiplier below falls: at quota 6,000 become 3,000.
		"a falling band leaps down": {"regular", component(strings.Replace(whole, "1.5", "0.5", 1)), [3]int64{57_600_00, 36_000_00, 43_200_00}, leap(300_000_00, 6_000_00, 3_000_00, probe.FixMarginal), 0},
		// 2 % below quota; from there each yuan pays 100 · 2 % = 2 yuan. 120 %: 6,000 + 120,000.
		"more than is sold is steep": {"regular", component(strings.Replace(strings.Replace(whole, "whole_amount", "marginal, consume: [date, key]", 1), "1.5", "100", 1)), [3]int64{57_600_00, 72_000_00, 1_512_000_00}, nil, 1},
		// Paid in December on the year: 2 % of 12 months.
		"a year is paid once": {"regular", component("{rate: 2%, of: year}", "pays_in: year_end"), [3]int64{57_600_00, 72_000_00, 86_400_00}, nil, 0},
		// The team of five sells 5 · 300,000; 0.2 % of it, and 1,000 at 100 %.
		"a leader has a team": {"manager", component("{rate: 0.2%, of: team}"), [3]int64{28_800_00, 36_000_00, 43_200_00}, nil, 0},
		// Compliance is as good as asked.
		"given values are good": {"regular", component("{amount: 1000.00}", "when: [{measure: sop, at_least: 95%}]"), [3]int64{12_000_00, 12_000_00, 12_000_00}, nil, 0},
		// A cap over the year knows the months before: 2 % of 240,000 is 4,800 a month, at most 50,000.
		"a cap over a year": {"regular", component("{rate: 2%, of: credited}", "cap: {amount: 50000.00, over: year, excess: dropped}"), [3]int64{50_000_00, 50_000_00, 50_000_00}, nil, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := document(t, test.level, test.components)
			r, err := probe.Run(d.Plan, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range r.Costs {
				if c.PayFen != test.pay[i] {
					t.Errorf("at %d %%: %d, want %d", c.AttainmentPercent, c.PayFen, test.pay[i])
				}
			}
			if diff := cmp.Diff(test.gaming, r.Gaming); diff != "" {
				t.Errorf("gaming points (-want +got):\n%s", diff)
			}
			if len(r.Steep) != test.steep {
				t.Errorf("steep %+v", r.Steep)
			}
		})
	}
}

func TestWhatATrialFindsIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	d := document(t, "regular", component(`{rate: 2%, of: credited, table: {by: attainment, style: whole_amount, boundary: upper_band, bands: [{to: 90%, times: 1}, {from: 90%, to: 100%, times: 0.5}, {from: 100%, times: 1.5}]}}`))
	findings, report := probe.Lint(d, nil)
	if report == nil {
		t.Fatal("nothing was tried")
	}
	codes := map[plan.Code]int{}
	for _, f := range findings {
		codes[f.Code] = f.Row
		for _, lang := range i18n.Langs() {
			p := catalogue.Printer(lang)
			if text := p.Message(f.Message) + p.Message(f.Remedy); strings.Contains(text, "⟦") || text == "" {
				t.Errorf("%s: %s", f.Code, text)
			}
		}
	}
	if codes[plan.CodeGamingPoint] == 0 || codes[plan.CodeGamingFalls] == 0 || codes[plan.CodeAcceleratorOpen] == 0 {
		t.Errorf("codes %v", codes)
	}
}

func TestWhatCannotBeTriedIsSaid(t *testing.T) {
	t.Parallel()
	d := document(t, "regular", component("{rate: {lookup: product.category, table: {A: 2%}, otherwise: refuse}, of: credited}"))
	if _, err := probe.Run(d.Plan, nil, 1); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a quota of one fen: %v", err)
	}
	crediting, err := plan.DecodeCrediting("", []byte("xiaoguan: crediting/1\nid: later\neffective: {from: 2090-01-01}\nevents:\n  collected: {name: {zh: 回款, en: collections}, fact: payment, date: paid_on, amount: amount}\nrules:\n  - {id: split, event: [collected], to: deal.sellers, share: by_split, remainder: largest, tie: first}\n"))
	if err != nil {
		t.Fatal(err)
	}
	findings, report := probe.Lint(d, crediting)
	if report != nil || len(findings) == 0 || findings[len(findings)-1].Code != plan.CodeNotProbed {
		t.Errorf("%v %v", report, findings)
	}
}
