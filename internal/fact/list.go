package fact

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// LimitMax is the greatest number of rows on a page of a list of facts, ExportMax that of an export, walkPage how many are read at once for one.
const (
	LimitMax     = 200
	walkPage     = 1_000
	limitUsual   = 50
	ExportMax    = 100_000
	cursorLength = 1000
)

// Paging asks for a part of a list: in which order, after which row, how many.
type Paging struct {
	Sort       string // one of the list's orders; empty is its usual one
	Descending bool
	Cursor     string // Next of the page before; belongs to the order it was given in
	Limit      int    // 1 to LimitMax; 0 is 50
}

// Checked returns the paging with what is left open filled in. An order that is not among sorts, and a limit or a cursor that makes
// no sense, are errors of kind Invalid. The first of sorts is the usual one, descending if usualDescending.
func (p Paging) Checked(usualDescending bool, sorts ...string) (Paging, error) {
	var c Checker
	if p.Sort == "" {
		p.Sort, p.Descending = sorts[0], usualDescending
	}
	if !slices.Contains(sorts, p.Sort) {
		c.Add("sort", p.Sort, "fact.unknown_sort", nil)
	}
	if p.Limit == 0 {
		p.Limit = limitUsual
	}
	if p.Limit < 1 || p.Limit > LimitMax {
		c.Add("limit", strconv.Itoa(p.Limit), "fact.bad_limit", errs.Args{"Max": LimitMax})
	}
	if p.Cursor != "" {
		if _, err := p.Place(); err != nil {
			c.Add("cursor", "", "fact.bad_cursor", nil)
		}
	}
	return p, c.Err()
}

// Order writes the order as a parameter: the sort, with a minus before it when it descends.
func (p Paging) Order() string {
	if p.Descending {
		return "-" + p.Sort
	}
	return p.Sort
}

// Place is where a page of a list ended: the value that the list is sorted by, and what tells rows of equal value apart.
type Place struct {
	Order string `json:"o"`
	Value string `json:"v"`
	Tie   string `json:"t"`
}

// Place reads the cursor. Errors: Invalid when it is none, or belongs to another order.
func (p Paging) Place() (place Place, err error) {
	wrong := errs.New(errs.KindInvalid, "fact.bad_cursor", nil)
	if len(p.Cursor) > cursorLength {
		return Place{}, wrong
	}
	plain, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return Place{}, wrong.Because(err)
	}
	if err := json.Unmarshal(plain, &place); err != nil {
		return Place{}, wrong.Because(err)
	}
	if place.Order != p.Order() {
		return Place{}, wrong
	}
	return place, nil
}

// After returns the cursor of the page behind a row.
func (p Paging) After(value, tie string) string {
	// Three texts always encode.
	plain, _ := json.Marshal(Place{Order: p.Order(), Value: value, Tie: tie})
	return base64.RawURLEncoding.EncodeToString(plain)
}

// Sum is an amount in one currency.
type Sum struct {
	Currency    money.Currency
	AmountMinor int64
}

// Total is how many rows a whole filter has and what they add up to, by currency. Currencies are never added to each other. More says that
// Count is the least there are, and that sums are not known: counting all would take long, and was not asked for.
type Total struct {
	Count int64
	Sums  []Sum
	More  bool
}

// Plus is the total of both filters, which have no row in common.
func (t Total) Plus(other Total) Total {
	t.Count += other.Count
	t.More = t.More || other.More
	t.Sums = slices.Clone(t.Sums)
	for _, sum := range other.Sums {
		i, known := slices.BinarySearchFunc(t.Sums, sum, func(a, b Sum) int { return strings.Compare(string(a.Currency), string(b.Currency)) })
		if !known {
			t.Sums = slices.Insert(t.Sums, i, sum)
		} else {
			t.Sums[i].AmountMinor += sum.AmountMinor
		}
	}
	return t
}

// Mark is when a row was recorded and by whom, and, when it no longer holds, the same of what superseded it.
type Mark struct {
	Recorded     BatchID
	RecordedAt   time.Time
	RecordedBy   string // user id
	Kind         BatchKind
	Superseded   BatchID // Open when current
	SupersededAt time.Time
	SupersededBy string
}

// Current reports whether nothing has superseded the row.
func (m Mark) Current() bool { return m.Superseded == Open }

// KnownIn reports whether the row was what was known once the batch had committed.
func (m Mark) KnownIn(batch BatchID) bool { return m.Recorded <= batch && batch < m.Superseded }

// EachPage walks through a list, in pages of its own size, and calls fn on every row, at most ExportMax; more says that there are others.
func EachPage[T any](p Paging, page func(Paging) (rows []T, next string, err error), fn func(T) error) (more bool, err error) {
	p.Cursor, p.Limit = "", walkPage
	for seen := 0; ; {
		rows, next, err := page(p)
		if err != nil {
			return false, err
		}
		for _, row := range rows {
			if seen == ExportMax {
				return true, nil
			}
			seen++
			if err := fn(row); err != nil {
				return false, err
			}
		}
		if next == "" {
			return false, nil
		}
		p.Cursor = next
	}
}
