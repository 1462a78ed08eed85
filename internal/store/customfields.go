package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
)

// CustomFieldStore returns the store of package customfield.
func (db *DB) CustomFieldStore() customfield.Store { return customFieldStore{db} }

type customFieldStore struct{ db *DB }

// InTx implements customfield.Store.
func (s customFieldStore) InTx(ctx context.Context, fn func(customfield.BookTx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements customfield.Store.
func (s customFieldStore) Read(ctx context.Context, fn func(customfield.BookReader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var customFieldColumns = []string{"id", "object", "key", "name_zh", "name_en", "help_zh", "help_en", "kind", "choices", "required", "personal", "position", "retired", "created_by", "created_at", "revision"}

func customFieldValues(f customfield.Field) []any {
	return []any{f.ID, string(f.Object), f.Key, f.NameZh, f.NameEn, f.HelpZh, f.HelpEn, string(f.Kind), choiceText(f.Choices), f.Required, f.Personal, f.Position, f.Retired, f.CreatedBy, instant(f.CreatedAt), f.Revision}
}

// choiceText writes choices down; plain values always encode.
func choiceText(choices []customfield.Choice) string {
	if len(choices) == 0 {
		return ""
	}
	plain, _ := json.Marshal(choices)
	return string(plain)
}

var customFieldSelect = "SELECT " + strings.Join(customFieldColumns, ", ") + " FROM custom_field"

func scanCustomField(r rows, f *customfield.Field) error {
	var choices string
	if err := r.Scan(&f.ID, &f.Object, &f.Key, &f.NameZh, &f.NameEn, &f.HelpZh, &f.HelpEn, &f.Kind, &choices, &f.Required, &f.Personal, &f.Position, &f.Retired, &f.CreatedBy, scanTime(&f.CreatedAt), &f.Revision); err != nil {
		return err
	}
	if choices == "" {
		return nil
	}
	return json.Unmarshal([]byte(choices), &f.Choices)
}

// CustomFields implements customfield.Reader.
func (tx *Tx) CustomFields(ctx context.Context, object customfield.Object) ([]customfield.Field, error) {
	if object == "" {
		return collect(ctx, tx, scanCustomField, customFieldSelect+" ORDER BY object, position, id")
	}
	return collect(ctx, tx, scanCustomField, customFieldSelect+" WHERE object = $1 ORDER BY position, id", string(object))
}

// CustomField implements customfield.BookReader.
func (tx *Tx) CustomField(ctx context.Context, id int64) (customfield.Field, error) {
	return one(ctx, tx, "customfield.missing", scanCustomField, customFieldSelect+" WHERE id = $1", id)
}

// CustomUses implements customfield.BookReader.
func (tx *Tx) CustomUses(ctx context.Context, ids []int64, most int) (map[int64]int, error) {
	uses := map[int64]int{}
	for _, id := range ids {
		n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM (SELECT 1 FROM custom_value WHERE field_id = $1 LIMIT $2) z", id, int64(most))
		if err != nil {
			return nil, err
		}
		uses[id] = int(n)
	}
	return uses, nil
}

// NamesByKey implements customfield.BookReader.
func (tx *Tx) NamesByKey(ctx context.Context, keys []string) (map[string]string, error) {
	names := map[string]string{}
	args := make([]any, len(keys))
	for i, key := range keys {
		args[i] = key
	}
	if len(args) == 0 {
		return names, nil
	}
	return names, each(ctx, tx, func(r rows) error {
		var key, name string
		if err := r.Scan(&key, &name); err != nil {
			return err
		}
		names[key] = name
		return nil
	}, "SELECT key, name FROM person WHERE superseded_in = "+openBatch+" AND key IN ("+numbered(len(args))+")", args...)
}

// InsertCustomField implements customfield.BookTx.
func (tx *Tx) InsertCustomField(ctx context.Context, f customfield.Field) error {
	return tx.insertRow(ctx, "custom_field", customFieldColumns, customFieldValues(f))
}

// SaveCustomField implements customfield.BookTx.
func (tx *Tx) SaveCustomField(ctx context.Context, f customfield.Field) error {
	return mustChange(ctx, tx, "customfield.changed_meanwhile", `UPDATE custom_field SET name_zh = $2, name_en = $3, help_zh = $4, help_en = $5, choices = $6, required = $7, personal = $8, position = $9,
		retired = $10, revision = $11 WHERE id = $1 AND revision = $11 - 1`, f.ID, f.NameZh, f.NameEn, f.HelpZh, f.HelpEn, choiceText(f.Choices), f.Required, f.Personal, f.Position, f.Retired, f.Revision)
}

// DeleteCustomField implements customfield.BookTx.
func (tx *Tx) DeleteCustomField(ctx context.Context, id int64) error {
	_, err := tx.exec(ctx, "DELETE FROM custom_field WHERE id = $1", id)
	return err
}

var customValueColumns = []string{"field_id", "record_id", "item", "number", "text"}

// PutCustomValue implements customfield.Tx.
func (tx *Tx) PutCustomValue(ctx context.Context, fieldID, recordID int64, found []customfield.Row) error {
	if _, err := tx.exec(ctx, "DELETE FROM custom_value WHERE field_id = $1 AND record_id = $2", fieldID, recordID); err != nil {
		return err
	}
	for _, row := range found {
		if err := tx.insertRow(ctx, "custom_value", customValueColumns, []any{fieldID, recordID, row.Item, row.Number, row.Text}); err != nil {
			return err
		}
	}
	return nil
}

// customFewMax is how many records that a condition on a field of the company's own finds are read by their ids.
const customFewMax = 3_000

// customParts are conditions on fields of the company's own; record is the column of the list that holds the records' ids.
func customParts(record string, asked []customfield.Where) (parts []part) {
	for _, w := range asked {
		field := strconv.FormatInt(w.FieldID, 10)
		p := part{asked: customFewMax}
		condition := ""
		switch {
		case w.Numbers:
			condition = " AND v.number >= " + strconv.FormatInt(w.Min, 10) + " AND v.number <= " + strconv.FormatInt(w.Max, 10)
		case w.Begins:
			// All that begin with a text lie between it and it followed by the last character there is.
			condition, p.patterns = " AND v.text >= {p0} AND v.text < {p1}", []string{w.Text, w.Text + "\U0010FFFF"}
		default:
			condition, p.patterns = " AND v.text = {p0}", []string{w.Text}
		}
		// No record has two rows of one field that fulfil the same condition.
		p.ids = "SELECT v.record_id AS id FROM custom_value v WHERE v.field_id = " + field + condition
		p.check = "EXISTS (SELECT 1 FROM custom_value v WHERE v.field_id = " + field + " AND v.record_id = " + record + condition + ")"
		parts = append(parts, p)
	}
	return parts
}

// customOrder puts rows into the order of a field of the company's own: the index of its values, v, is walked, so that a record that has none is
// not among them. record is the column of the records' ids.
func (c *filters) customOrder(o customfield.Order, record string) (by order) {
	c.add("v.field_id = ? AND v.record_id = "+record, o.Field.ID)
	if o.ByText() {
		return order{column: "v.text", tie: "v.record_id", tieNumber: true}
	}
	return order{column: "v.number", tie: "v.record_id", number: true, tieNumber: true}
}

// customPlaces is the same order of the rows of a page, whose columns place_number and place_text say where they stand.
func customPlaces(o customfield.Order, alias string) order {
	if o.ByText() {
		return order{column: alias + ".place_text", tie: alias + ".id"}
	}
	return order{column: alias + ".place_number", tie: alias + ".id"}
}

// customRows reads rows of a table in the order of customOrder, with where they stand in it.
func customRows(s *selection) string {
	_, alias, _ := strings.Cut(s.table, " ")
	return "SELECT " + alias + ".*, v.number AS place_number, v.text AS place_text FROM " + customFrom(s)
}

// customFrom joins a table with the index of a field's values. The order of the tables is that in which they are read: the index first, so that a
// page fills soon, but not where few rows are meant, which are then put in order.
func customFrom(s *selection) string {
	if s.few || s.narrowed {
		return s.table + " CROSS JOIN custom_value v"
	}
	return "custom_value v CROSS JOIN " + s.table
}

// pagedBy is paged of a list that may be put in the order of a field of the company's own: rows is then read in it, and outer is the order of the
// rows of the page.
func (tx *Tx) pagedBy(ctx context.Context, s *selection, p fact.Paging, by order, rows string, o customfield.Order) (c *filters, read, tail string, outer order, err error) {
	if !o.Given() {
		c, tail, err = tx.paged(ctx, s, p, by)
		return c, rows, tail, by, err
	}
	_, alias, _ := strings.Cut(s.table, " ")
	c = s.where()
	tail, err = c.page(p, c.customOrder(o, alias+".id"))
	return c, customRows(s), tail, customPlaces(o, alias), err
}

// customPlace is where a record stands in the order of a field.
func customPlace(o customfield.Order, fields customfield.Set, id int64) (value, tie string) {
	number, text := o.Place(fields)
	if tie = strconv.FormatInt(id, 10); o.ByText() {
		return text, tie
	}
	return strconv.FormatInt(number, 10), tie
}
