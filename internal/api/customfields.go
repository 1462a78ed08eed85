package api

import (
	"context"
	"encoding/json"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
)

// customChoice is one of a list.
type customChoice struct {
	Key     string `json:"key,omitempty" maxLength:"64" doc:"Left out, one is given."`
	NameZh  string `json:"name_zh,omitempty" maxLength:"160"`
	NameEn  string `json:"name_en,omitempty" maxLength:"160"`
	Retired bool   `json:"retired,omitempty"`
}

// CustomFieldEntry is what may change of a field.
type CustomFieldEntry struct {
	NameZh   string         `json:"name_zh,omitempty" maxLength:"160"`
	NameEn   string         `json:"name_en,omitempty" maxLength:"160"`
	HelpZh   string         `json:"help_zh,omitempty" maxLength:"800"`
	HelpEn   string         `json:"help_en,omitempty" maxLength:"800"`
	Choices  []customChoice `json:"choices,omitempty" nullable:"false" maxItems:"50" doc:"In their order; of fields of choices alone."`
	Required string         `json:"required,omitempty" maxLength:"64" doc:"always, or the stage of opportunities from which on it must be filled in."`
	Personal bool           `json:"personal,omitempty" doc:"Shown whole only to who may see telephone numbers."`
	Revision int64          `json:"revision,omitempty" doc:"With a change, the one you have seen; 0 skips the check."`
}

// CustomFieldHead is what a field is for ever.
type CustomFieldHead struct {
	Object string `json:"object" enum:"lead,customer,contact,opportunity,contract,service_case"`
	Key    string `json:"key" maxLength:"64" example:"industry_budget"`
	Kind   string `json:"kind" enum:"text,long_text,number,money,percent,day,choice,choices,yes_no,person" doc:"Amounts are minor units and percentages parts per million, both whole; days are YYYY-MM-DD and persons employee numbers."`
}

// customField is a field that the company defined.
type customField struct {
	ID int64 `json:"id"`
	CustomFieldHead
	CustomFieldEntry
	Retired bool `json:"retired,omitempty"`
}

type (
	listCustomFieldsInput struct {
		Object string `query:"object" enum:"lead,customer,contact,opportunity,contract,service_case" doc:"All when it is left out."`
	}
	createCustomFieldInput struct {
		Body struct {
			CustomFieldHead
			CustomFieldEntry
		}
	}
	changeCustomFieldInput struct {
		ByNumber
		Body CustomFieldEntry
	}
	retireCustomFieldInput struct {
		ByNumber
		Body struct {
			Retired bool  `json:"retired"`
			Seen    int64 `json:"seen,omitempty" doc:"The revision that this is meant for."`
		}
	}
	moveCustomFieldInput struct {
		ByNumber
		Body struct {
			Up bool `json:"up"`
		}
	}
)

func (a *API) customFieldOperations() {
	fields := a.services.Fields
	op := func(id, method, path string, status int) operation {
		return operation{id: id, method: method, path: path, tag: "company", status: status}
	}
	register(a, op("list_custom_fields", http.MethodGet, "/custom-fields", 0), func(ctx context.Context, actor access.Actor, in *listCustomFieldsInput) (*listOutput[customField], error) {
		all, err := fields.Of(ctx, actor, customfield.Object(in.Object))
		return newList(all, "", toAPICustomField), err
	})
	register(a, op("create_custom_field", http.MethodPost, "/custom-fields", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *createCustomFieldInput) (*output[customField], error) {
		return a.saveCustomField(ctx, actor, 0, in.Body.CustomFieldHead, in.Body.CustomFieldEntry)
	})
	register(a, op("change_custom_field", http.MethodPut, "/custom-fields/{id}", 0), func(ctx context.Context, actor access.Actor, in *changeCustomFieldInput) (*output[customField], error) {
		if in.ID <= 0 { // the service would take it for a new one
			return nil, errNotFound()
		}
		return a.saveCustomField(ctx, actor, in.ID, CustomFieldHead{}, in.Body)
	})
	register(a, op("retire_custom_field", http.MethodPost, "/custom-fields/{id}/retire", 0), func(ctx context.Context, actor access.Actor, in *retireCustomFieldInput) (*output[customField], error) {
		f, err := fields.Retire(ctx, actor, in.ID, in.Body.Seen, in.Body.Retired)
		return &output[customField]{toAPICustomField(f)}, err
	})
	register(a, op("move_custom_field", http.MethodPost, "/custom-fields/{id}/move", 0), func(ctx context.Context, actor access.Actor, in *moveCustomFieldInput) (*none, error) {
		return nil, fields.Move(ctx, actor, in.ID, in.Body.Up)
	})
	register(a, op("delete_custom_field", http.MethodDelete, "/custom-fields/{id}", 0), func(ctx context.Context, actor access.Actor, in *ByNumber) (*none, error) {
		return nil, fields.Delete(ctx, actor, in.ID, 0)
	})
}

func (a *API) saveCustomField(ctx context.Context, actor access.Actor, id int64, head CustomFieldHead, e CustomFieldEntry) (*output[customField], error) {
	in := customfield.Entry{ID: id, Object: customfield.Object(head.Object), Key: head.Key, Kind: customfield.Kind(head.Kind), NameZh: e.NameZh, NameEn: e.NameEn, HelpZh: e.HelpZh, HelpEn: e.HelpEn,
		Required: e.Required, Personal: e.Personal, Seen: e.Revision}
	for _, c := range e.Choices {
		in.Choices = append(in.Choices, customfield.Choice(c))
	}
	f, err := a.services.Fields.Save(ctx, actor, in)
	return &output[customField]{toAPICustomField(f)}, err
}

func toAPICustomField(f customfield.Field) customField {
	out := customField{ID: f.ID, CustomFieldHead: CustomFieldHead{string(f.Object), f.Key, string(f.Kind)}, Retired: f.Retired,
		CustomFieldEntry: CustomFieldEntry{NameZh: f.NameZh, NameEn: f.NameEn, HelpZh: f.HelpZh, HelpEn: f.HelpEn, Required: f.Required, Personal: f.Personal, Revision: f.Revision}}
	for _, c := range f.Choices {
		out.Choices = append(out.Choices, customChoice(c))
	}
	return out
}

// ownValues are values of fields of the company's own in a request or an answer, by key.
type ownValues map[string]any

// inputs are the values as they are entered.
func (v ownValues) inputs() customfield.Inputs {
	plain := map[string]json.RawMessage{}
	for key, value := range v {
		// What was decoded encodes again.
		plain[key], _ = json.Marshal(value)
	}
	return customfield.Plain(plain)
}

// toAPIValues are the values of a record; none for a record without any.
func toAPIValues(s customfield.Set) ownValues {
	values := ownValues{}
	for key := range s.Values() {
		values[key] = s.Value(key)
	}
	if len(values) == 0 {
		return nil
	}
	return values
}

// conditionsOf reads what a list is limited to by fields of the company's own.
func conditionsOf(texts []string) (list []customfield.Condition, err error) {
	var c fact.Checker
	for _, text := range texts {
		one, ok := customfield.ParseCondition(text)
		if !ok {
			c.Add("field", text, "customfield.bad_condition", nil)
			continue
		}
		list = append(list, one)
	}
	return list, c.Err()
}
