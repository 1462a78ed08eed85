package reassigns_test

import (
	"context"
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/store"
)

// company records two teams: P1 leads P2 and P3, P4 leads nobody else. Customers have names that look like markup.
func company(ctx context.Context, tx *store.Tx, withCustomers bool) error {
	w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
	if err != nil {
		return err
	}
	put := func(_ fact.Outcome, problem error) {
		if err == nil {
			err = problem
		}
	}
	put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
	for _, team := range []string{"T1", "T2"} {
		put(w.PutTeam(ctx, fact.TeamRecord{Key: team, Name: team, Region: "E"}))
	}
	for i, p := range [][2]string{{"T1", "manager"}, {"T1", "core"}, {"T1", "newcomer"}, {"T2", "manager"}} {
		put(w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i+1), Name: fmt.Sprint("同事", i+1), Team: p[0], Level: p[1], Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
	}
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "P1", From: calendar.NoDate}))
	put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T2", Person: "P4", From: calendar.NoDate}))
	tier, region := "A", "华东"
	for i := range 4 {
		if withCustomers {
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: fmt.Sprint("C", i+1), Name: fmt.Sprint("<b>客户", i+1), Tier: &tier, Region: &region}))
		}
	}
	if err == nil {
		_, err = w.Finish(ctx)
	}
	return err
}
