package company_test

import (
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/company"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func fields(err error) map[string]bool {
	found := map[string]bool{}
	if e, ok := err.(*errs.Error); ok {
		for _, f := range e.Fields {
			found[f.Path] = true
		}
	}
	return found
}

func TestAllWrongFieldsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	found := fields(company.Settings{Name: "a\nb", Fiscal: 13, TimeZone: "China", Currency: "ABC"}.Validate())
	if len(found) != 4 || !found["name"] || !found["fiscal"] || !found["time_zone"] || !found["currency"] {
		t.Errorf("wrong: %v", found)
	}
	good := company.Defaults
	good.Name = "青禾智控"
	for _, zone := range company.Zones {
		good.TimeZone = zone
		if err := good.Validate(); err != nil {
			t.Errorf("%s: %v", zone, err)
		}
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("%s is offered and not known: %v", zone, err)
		}
	}
}

func TestSettingsAreKeptOnceAndChangedByAdministrators(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		s := company.NewService(db.Company(), storetest.Clock())
		if err := s.Start(ctx, ""); err != nil || s.Known() != company.Defaults {
			t.Errorf("nothing kept: %+v, %v", s.Known(), err)
		}
		if err := s.Start(ctx, " 青禾 "); err != nil || s.Known().Name != "青禾" || s.Known().Revision != 1 {
			t.Errorf("first name: %+v, %v", s.Known(), err)
		}
		if err := s.Start(ctx, "别家"); err != nil || s.Known().Name != "青禾" {
			t.Errorf("a later start renames: %+v, %v", s.Known(), err)
		}
		in := company.Settings{Name: "青禾智控", Fiscal: time.April, TimeZone: "America/New_York", Currency: "USD", Revision: 1}
		if _, err := s.Save(ctx, monthtest.Maker, in); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("operations: %v", err)
		}
		if _, err := s.Save(ctx, monthtest.Admin, in); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(ctx, monthtest.Admin, in); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a stale change: %v", err)
		}
		if year, quarter := s.Known().FiscalYear().QuarterOf(calendar.NewMonth(2027, 3)); year != 2026 || quarter != 4 {
			t.Errorf("March 2027 is in %d Q%d", year, quarter)
		}
		if s.Zone().String() != "America/New_York" || s.Currency() != "USD" {
			t.Errorf("in force: %s %s", s.Zone(), s.Currency())
		}
		other := company.NewService(db.Company(), storetest.Clock())
		if got := other.Current(ctx); got.Name != "青禾智控" || got.Revision != 2 {
			t.Errorf("another node sees %+v", got)
		}
	})
}

func TestProgressFollowsWhatIsThere(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		s := company.NewService(db.Company(), storetest.Clock())
		if _, err := s.Progress(ctx, monthtest.Seller(1)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a seller: %v", err)
		}
		if n, err := s.Waiting(ctx, monthtest.Admin); err != nil || n != 6 {
			t.Errorf("empty: %d, %v", n, err)
		}
		house := monthtest.Open(t, db, monthtest.Small())
		p, err := s.Progress(ctx, monthtest.Maker)
		if err != nil || p.Counts.People != 9 || p.Counts.Teams != 2 || p.Counts.Crediting != 1 || p.Counts.Plans != 4 || p.Counts.Months != 0 || p.Open() != 3 {
			t.Errorf("with facts and plans: %+v, %v", p, err)
		}
		for _, step := range p.Steps {
			if step.May != (step.Step != company.StepCompany && step.Step != company.StepUsers) || len(step.Roles) == 0 {
				t.Errorf("%s: may %v, roles %v", step.Step, step.May, step.Roles)
			}
		}
		house.MustCalculate(t, monthtest.SmallMonth)
		in := company.Defaults
		in.Name, in.Currency = "青禾", "USD"
		if _, err := s.Save(ctx, monthtest.Admin, in); !fields(unwrap(err))["currency"] {
			t.Errorf("another currency after a run: %v", err)
		}
		if p, err = s.Progress(ctx, access.SystemActor("test")); err != nil || p.Counts.Months != 1 {
			t.Errorf("after a run: %+v, %v", p, err)
		}
	})
}

// unwrap finds the error of the house.
func unwrap(err error) error {
	for err != nil {
		if e, ok := err.(*errs.Error); ok {
			return e
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return nil
		}
		err = u.Unwrap()
	}
	return nil
}
