package intake

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// ownObjects are the kinds of records of files that can have fields of the company's own.
var ownObjects = map[fact.Kind]customfield.Object{fact.KindCustomer: customfield.ObjectCustomer, kindProfile: customfield.ObjectCustomer, fact.KindLead: customfield.ObjectLead, fact.KindContact: customfield.ObjectContact, fact.KindOpportunity: customfield.ObjectOpportunity,
	fact.KindContract: customfield.ObjectContract, fact.KindServiceCase: customfield.ObjectCase}

// ownForms are what values of the company's own fields are read with, by kind. Whether persons are there has been asked of each row.
func ownForms(ctx context.Context, r customfield.Reader, currency money.Currency) (map[fact.Kind]customfield.Form, error) {
	forms := map[fact.Kind]customfield.Form{}
	for kind, object := range ownObjects {
		fields, err := r.CustomFields(ctx, object)
		if err != nil {
			return nil, err
		}
		forms[kind] = customfield.Form{Fields: fields, Currency: currency, Lenient: true}
	}
	return forms, nil
}

// fill lays values of a row over those of a record.
func (s *workSink) fill(ctx context.Context, kind fact.Kind, before customfield.Set, in customfield.Inputs) (customfield.Set, error) {
	var c fact.Checker
	after, err := s.own[kind].Apply(ctx, before, in, &c)
	if err != nil {
		return before, err
	}
	return after, c.Err()
}

// restoreOwn puts back the values of a record and what the index holds of them.
func restoreOwn(ctx context.Context, tx Tx, m WorkMark, now, back *customfield.Set) error {
	var before struct {
		Fields customfield.Set `json:"fields"`
	}
	if err := json.Unmarshal(m.Before, &before); err != nil {
		return err
	}
	*back = before.Fields
	fields, err := tx.CustomFields(ctx, ownObjects[m.Kind])
	if err != nil {
		return err
	}
	return customfield.Keep(ctx, tx, fields, m.ID, *now, *back)
}

// keep puts changed values of a record that was there into the index.
func (s *workSink) keep(ctx context.Context, kind fact.Kind, id int64, before, after customfield.Set) error {
	return customfield.Keep(ctx, s.tx, s.own[kind].Fields, id, before, after)
}
