package store

import (
	"context"
	"strings"

	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/servicecase"
)

// WorkRows are working records as they come from elsewhere, many at once, with their numbers given: see NextNumbers. Nothing is checked, and
// nothing audited but the act of bringing them in, which is for who does it.
type WorkRows struct {
	Leads         []lead.Lead
	LeadFollowUps map[int64][]followup.FollowUp // by lead
	Opportunities []opportunity.Opportunity
	Contacts      []contact.Contact
	Profiles      []profile.Profile // of customers of whom nothing was noted
	FollowUps     []followup.FollowUp
	Tasks         []followup.Task
	Quotes        []quote.Quote
	Contracts     []contract.Contract
	Instalments   []contract.Instalment // covered with the payments of their deals
	ServiceCases  []servicecase.Case
	Changes       []process.Change
}

// NextNumbers takes so many numbers of a sequence and returns the first.
func (tx *Tx) NextNumbers(ctx context.Context, sequence string, count int) (int64, error) {
	return tx.nextNumbers(ctx, sequence, count)
}

// PutWorkRows writes working records in bulk.
func (tx *Tx) PutWorkRows(ctx context.Context, w WorkRows) error {
	if err := putRows(ctx, tx, "lead", leadColumns, w.Leads, leadValues); err != nil {
		return err
	}
	for _, l := range w.Leads {
		err := putRows(ctx, tx, "lead_follow_up", leadFollowUpColumns, w.LeadFollowUps[l.ID], func(f followup.FollowUp) []any { return leadFollowUpValues(l.ID, f) })
		if err != nil {
			return err
		}
	}
	if err := putRows(ctx, tx, "opportunity", opportunityColumns, w.Opportunities, opportunityValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "contact", contactColumns, w.Contacts, contactValues); err != nil {
		return err
	}
	if err := tx.putProfiles(ctx, w.Profiles); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "follow_up", followUpColumns, w.FollowUps, followUpValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "quote", quoteColumns, w.Quotes, quoteValues); err != nil {
		return err
	}
	if err := tx.putContracts(ctx, w); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "service_case", serviceCaseColumns, w.ServiceCases, serviceCaseValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "task", taskColumns, w.Tasks, taskValues); err != nil {
		return err
	}
	if err := tx.putCustomValues(ctx, w); err != nil {
		return err
	}
	return putRows(ctx, tx, "work_change", changeColumns, w.Changes, changeValues)
}

func (tx *Tx) putProfiles(ctx context.Context, profiles []profile.Profile) error {
	b := tx.bulk("customer_profile", strings.Split(profileColumns, ", ")...)
	for _, p := range profiles {
		values, err := profileValues(p)
		if err != nil {
			return err
		}
		if err := b.add(ctx, values...); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// putCustomValues puts values of the company's own fields into the index.
func (tx *Tx) putCustomValues(ctx context.Context, w WorkRows) error {
	fields, err := tx.CustomFields(ctx, "")
	if err != nil || len(fields) == 0 {
		return err
	}
	b := tx.bulk("custom_value", customValueColumns...)
	put := func(object customfield.Object, id int64, values customfield.Set) {
		if values == "" || err != nil {
			return
		}
		for _, f := range fields {
			if f.Object != object {
				continue
			}
			for _, row := range customfield.RowsOf(f, values) {
				if err == nil {
					err = b.add(ctx, f.ID, id, row.Item, row.Number, row.Text)
				}
			}
		}
	}
	for _, o := range w.Opportunities {
		put(customfield.ObjectOpportunity, o.ID, o.Fields)
	}
	for _, l := range w.Leads {
		put(customfield.ObjectLead, l.ID, l.Fields)
	}
	for _, c := range w.Contacts {
		put(customfield.ObjectContact, c.ID, c.Fields)
	}
	for _, p := range w.Profiles {
		put(customfield.ObjectCustomer, p.CustomerID, p.Fields)
	}
	for _, c := range w.Contracts {
		put(customfield.ObjectContract, c.ID, c.Fields)
	}
	for _, c := range w.ServiceCases {
		put(customfield.ObjectCase, c.ID, c.Fields)
	}
	if err != nil {
		return err
	}
	return b.flush(ctx)
}

func (tx *Tx) putContracts(ctx context.Context, w WorkRows) error {
	if err := putRows(ctx, tx, "contract", contractColumns, w.Contracts, contractValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "instalment", instalmentColumns, w.Instalments, instalmentValues); err != nil || len(w.Instalments) == 0 {
		return err
	}
	deals, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT d.id FROM contract c JOIN deal d ON d.key = c.number AND d.superseded_in = "+openBatch+" WHERE c.plan_revision > 0")
	if err != nil {
		return err
	}
	return tx.coverInstalments(ctx, deals)
}

func putRows[T any](ctx context.Context, tx *Tx, table string, columns []string, list []T, values func(T) []any) error {
	b := tx.bulk(table, columns...)
	for _, row := range list {
		if err := b.add(ctx, values(row)...); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}
