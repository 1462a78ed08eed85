package intake

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/process"
	"xiaoguan/internal/profile"
)

// kindProfile names files of customers among the records that an import changed. It is no kind of sheet: they come with the customers.
const kindProfile fact.Kind = "profile"

// putFiles notes what rows of customers say of the customers' files. What a row leaves empty stays; what it says is of today.
func (s *workSink) putFiles(ctx context.Context, customers []ingest.Customer) error {
	s.rows = WorkRows{LeadEvents: map[int64][]process.Event{}}
	files, ids := map[int64]*ingest.Customer{}, []int64{}
	for i := range customers {
		c := &customers[i]
		if c.File == nil && len(c.Own) == 0 {
			continue
		}
		id, err := s.tx.FactID(ctx, s.facts, fact.KindCustomer, c.Key.String())
		if err != nil {
			return err
		}
		if _, twice := files[id]; !twice { // two numbers of customers that were merged
			ids = append(ids, id)
		}
		files[id] = c
	}
	if len(ids) == 0 {
		return nil
	}
	known, err := s.tx.WorkProfiles(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		before, there := known[id]
		if !there {
			before = profile.Empty(id)
		}
		after, changed, err := s.filed(ctx, before, files[id])
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		after.Revision++
		if there {
			if err = s.tx.SaveProfile(ctx, after); err == nil {
				err = s.keep(ctx, kindProfile, id, before.Fields, after.Fields)
			}
		} else {
			s.rows.Profiles = append(s.rows.Profiles, after)
		}
		if err == nil {
			err = s.marked(before, after)
		}
		if err != nil {
			return err
		}
	}
	return s.tx.PutImported(ctx, s.importID, s.rows)
}

// marked notes a file that the import changed, for its history and for the way back. The customer itself is counted, its file is not.
func (s *workSink) marked(before, after profile.Profile) error {
	was, err := json.Marshal(before)
	if err != nil {
		return err
	}
	is, err := json.Marshal(after)
	if err != nil {
		return err
	}
	s.rows.Marks = append(s.rows.Marks, WorkMark{kindProfile, after.CustomerID, after.Revision, was})
	s.rows.Changes = append(s.rows.Changes, process.Change{Subject: after.Subject(), Revision: after.Revision, At: s.tx.Now(), ActorID: s.author.UserID, ActorName: s.author.Name, Action: "profile.import", Before: was, After: is})
	return nil
}

// filed is a file with what a row says of it.
func (s *workSink) filed(ctx context.Context, before profile.Profile, row *ingest.Customer) (after profile.Profile, changed bool, err error) {
	today, in := s.tx.Today(), row.File
	if in == nil {
		in = &ingest.CustomerFile{BudgetMinor: fact.Unknown, ContractEnd: calendar.NoDate}
	}
	said := profile.Profile{Need: in.Need, BudgetMinor: in.BudgetMinor, DecisionMaker: in.DecisionMaker, Address: in.Address, RegionCode: in.RegionCode, InvoiceTitle: in.InvoiceTitle, ContractEnd: in.ContractEnd}
	after = before
	after.Confirmed = map[profile.Field]calendar.Date{}
	for f, day := range before.Confirmed {
		after.Confirmed[f] = day
	}
	for _, f := range profile.Fields {
		if said.Filled(f) && !said.Same(before, f) {
			after.Take(said, f)
			after.Confirmed[f] = today
			changed = true
		}
	}
	if after.Fields, err = s.fill(ctx, kindProfile, before.Fields, row.Own); err != nil {
		return before, false, err
	}
	after.DateOwn(before, today, false)
	return after, changed || after.Fields != before.Fields, nil
}

func restoreProfile(ctx context.Context, tx Tx, m WorkMark, stale func(int64) error, record func(string, int64, any, any) error) error {
	found, err := tx.WorkProfiles(ctx, []int64{m.ID})
	if err != nil {
		return err
	}
	now := found[m.ID]
	if err := stale(now.Revision); err != nil {
		return err
	}
	back := profile.Empty(m.ID)
	if err := json.Unmarshal(m.Before, &back); err != nil {
		return err
	}
	if err := restoreOwn(ctx, tx, m, &now.Fields, &back.Fields); err != nil {
		return err
	}
	back.Revision = now.Revision + 1
	if err := tx.SaveProfile(ctx, back); err != nil {
		return err
	}
	return record(back.Subject(), back.Revision, now, back)
}
