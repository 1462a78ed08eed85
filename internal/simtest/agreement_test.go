package simtest_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// pairsOf is how many pairs of plans and facts each database computes; a long run asks for more:
//
//	XIAOGUAN_DATABASE_PAIRS=10000 go test ./internal/simtest -run Databases -timeout=0
const (
	pairsOf    = "XIAOGUAN_DATABASE_PAIRS"
	pairsUsual = 150
)

func TestMain(m *testing.M) {
	flag.Parse()
	pairs, err := strconv.Atoi(cmp.Or(os.Getenv(pairsOf), strconv.Itoa(pairsUsual)))
	if err != nil {
		panic(err)
	}
	asked := false // for so many, to repeat a failure
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", strconv.Itoa(pairs)); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// filled are the tables that a pair fills, each before those that it refers to.
var filled = []string{
	"run_exception", "payout_line", "statement", "run", "period", "plan_version", "deal_detail", "deal_share", "payment", "invoice", "quota",
	"given_value", "mentorship", "exchange_rate", "team_leader", "assignment", "deal", "customer", "product", "person", "team", "region", "batch", "job",
}

// company is one drawn pair in a database.
type company struct {
	*monthtest.House
	in engine.Input
}

// TestBothDatabasesPayWhatTheReferenceModelPays takes random plans and facts through the product: recorded, loaded, calculated, stored and read
// again, every amount is that of the reference model, which has seen no database; and so is a preview, which loads the facts of one payee.
func TestBothDatabasesPayWhatTheReferenceModelPays(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		house := monthtest.NewHouse(db, time.Now)
		months := rapid.Custom(enginetest.Input).Filter(func(in engine.Input) bool { return in.Period.First() <= calendar.DateOf(storetest.Start) }) // none to come
		pairs := 0
		rapid.Check(t, func(rt *rapid.T) {
			c := company{house, months.Draw(rt, "input")}
			want, err := refmodel.Compute(c.in)
			if err != nil {
				rt.Fatalf("reference model: %v", err)
			}
			if err := c.prepare(t.Context()); err != nil {
				rt.Fatalf("%v\n%s", err, c.describe())
			}
			got, err := c.calculate(t.Context())
			if err != nil {
				rt.Fatalf("%v\n%s", err, c.describe())
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				rt.Fatalf("reference model (-), stored (+):\n%s\n%s", diff, c.describe())
			}
			who := rapid.SampledFrom(c.in.Facts.Persons).Draw(rt, "who looks").Key
			if err := c.look(t.Context(), who, want); err != nil {
				rt.Fatalf("%v\n%s", err, c.describe())
			}
			pairs++
		})
		t.Logf("%d pairs", pairs)
	})
}

// describe says everything that is needed to repeat a failure.
func (c company) describe() string {
	text := string(c.in.Crediting.Canonical())
	for _, p := range c.in.Plans {
		text += "\n" + string(p.Canonical())
	}
	return text + fmt.Sprintf("\nperiod %s, facts %+v, earlier %+v", c.in.Period, *c.in.Facts, c.in.Earlier)
}

// prepare empties the database of the pair before and records this one: facts, documents, and what closed months paid.
func (c company) prepare(ctx context.Context) error {
	err := c.DB.InTx(ctx, func(tx *store.Tx) error {
		for _, table := range filled {
			if _, err := monthtest.Exec(ctx, tx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return c.document(ctx, tx)
	})
	if err != nil {
		return err
	}
	if _, err := c.Record(ctx, "drawn", func(ctx context.Context, w fact.Writer) error { return record(ctx, w, c.in.Facts) }); err != nil {
		return err
	}
	return c.DB.InTx(ctx, func(tx *store.Tx) error { return c.earlier(ctx, tx) })
}

// document puts the documents in force, as texts. They do not go through approval: what is drawn is valid, and often nothing that a
// reviewer would let pass.
func (c company) document(ctx context.Context, tx *store.Tx) error {
	keep := func(id, text, hash string, kind planbook.Kind, days calendar.Interval) error {
		d, err := plan.Decode(id, []byte(text))
		if err != nil {
			return err
		}
		if d.Plan != nil && d.Plan.Hash() != hash {
			return fmt.Errorf("plan %s reads back as another", id)
		}
		return tx.InsertPlanVersion(ctx, planbook.Version{ID: store.NewID(time.Now()), DocumentID: id, Kind: kind, Number: 1, State: planbook.StateApproved,
			Text: text, Hash: hash, Effective: days, ApproverID: monthtest.Approver.UserID, ApprovedAt: tx.Now()})
	}
	d := c.in.Crediting
	if err := keep(d.ID, string(d.Canonical()), d.Hash(), planbook.KindCrediting, d.Effective); err != nil {
		return err
	}
	for _, p := range c.in.Plans {
		if err := keep(p.ID, string(p.Canonical()), p.Hash(), planbook.KindPlan, p.Effective); err != nil {
			return err
		}
	}
	return nil
}

// earlier writes closed months that paid what was drawn. The sums of whole plans are the product's to make.
func (c company) earlier(ctx context.Context, tx *store.Tx) error {
	persons, err := c.personIDs(ctx, tx)
	if err != nil {
		return err
	}
	runs := map[calendar.Month]string{}
	lines := map[calendar.Month][]payout.Built{}
	for _, row := range c.in.Earlier {
		if row.Component == "" {
			continue
		}
		if runs[row.Month] == "" {
			runs[row.Month] = store.NewID(time.Now())
		}
		who := persons[c.in.Facts.Persons[row.Person].Key]
		lines[row.Month] = append(lines[row.Month], payout.Built{Lines: []payout.Line{{PersonID: who, PlanID: row.Plan, Component: row.Component,
			AmountMinor: row.AmountFen, CarriedMinor: row.CarriedFen}}})
	}
	for month, run := range runs {
		if err := tx.InsertRun(ctx, payout.Run{ID: run, Month: month, State: payout.RunComplete}); err != nil {
			return err
		}
		for _, b := range lines[month] {
			for _, l := range b.Lines {
				if _, err := monthtest.Exec(ctx, tx, `INSERT INTO payout_line (run_id, person_id, plan_id, component, amount_minor, carried_minor)
					VALUES ($1, $2, $3, $4, $5, $6)`, run, l.PersonID, l.PlanID, l.Component, l.AmountMinor, l.CarriedMinor); err != nil {
					return err
				}
			}
		}
		if err := tx.SavePeriod(ctx, period.Period{Month: month, State: period.StateClosed, Revision: 1, CurrentRun: run}); err != nil {
			return err
		}
	}
	return nil
}

func (c company) personIDs(ctx context.Context, tx *store.Tx) (map[string]int64, error) {
	ids := map[string]int64{}
	err := monthtest.Query(ctx, tx, func(scan func(...any) error) error {
		var key string
		var id int64
		err := scan(&key, &id)
		ids[key] = id
		return err
	}, "SELECT key, id FROM person")
	return ids, err
}

// calculate runs the month and reads what was stored, as lines and as statements, which must say the same.
func (c company) calculate(ctx context.Context) (lines map[refmodel.Line]refmodel.Pay, err error) {
	if _, err := c.Periods.Calculate(ctx, monthtest.Maker, period.Change{Month: c.in.Period}); err != nil {
		return nil, err
	}
	if err := c.Work(ctx, c.Periods); err != nil {
		return nil, err
	}
	lines = map[refmodel.Line]refmodel.Pay{}
	err = c.DB.Read(ctx, func(tx *store.Tx) error {
		month, err := tx.Period(ctx, c.in.Period)
		if err != nil {
			return err
		}
		payees, stated := map[int64]string{}, map[refmodel.Line]int64{}
		if err := tx.EachStatement(ctx, month.CurrentRun, func(row payout.StatementRow) error {
			s, _, err := payout.Open(row)
			if err != nil {
				return err
			}
			payees[row.PersonID] = s.Payee
			for _, component := range s.Components {
				stated[refmodel.Line{Payee: s.Payee, Plan: s.Plan, Component: component.ID}] = component.AmountFen
			}
			return nil
		}); err != nil {
			return err
		}
		stored, err := tx.PayoutLines(ctx, month.CurrentRun)
		for _, l := range stored {
			line := refmodel.Line{Payee: payees[l.PersonID], Plan: l.PlanID, Component: l.Component}
			lines[line] = refmodel.Pay{AmountFen: l.AmountMinor, CarriedFen: l.CarriedMinor}
			if stated[line] != l.AmountMinor {
				return fmt.Errorf("%v: the statement says %d, the line %d", line, stated[line], l.AmountMinor)
			}
		}
		return err
	})
	return lines, err
}

// look compares somebody's preview, which loads their own facts where it can.
func (c company) look(ctx context.Context, key string, want map[refmodel.Line]refmodel.Pay) error {
	var persons map[string]int64
	err := c.DB.Read(ctx, func(tx *store.Tx) (err error) {
		persons, err = c.personIDs(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	views, err := c.Payouts.Preview(ctx, access.SystemActor("simtest"), c.in.Period, persons[key])
	if err != nil {
		return err
	}
	own, seen := map[refmodel.Line]int64{}, map[refmodel.Line]int64{}
	for line, pay := range want {
		if line.Payee == key {
			own[line] = pay.AmountFen
		}
	}
	for _, v := range views {
		for _, component := range v.Statement.Components {
			seen[refmodel.Line{Payee: key, Plan: v.Statement.Plan, Component: component.ID}] = component.AmountFen
		}
	}
	if diff := gocmp.Diff(own, seen); diff != "" {
		return fmt.Errorf("reference model (-), preview of %s (+):\n%s", key, diff)
	}
	return nil
}
