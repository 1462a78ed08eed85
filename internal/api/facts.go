package api

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
)

// factMark is when a fact was recorded and by whom and, when it no longer holds, the same of what superseded it.
type factMark struct {
	Batch           int64      `json:"recorded_batch"`
	At              *time.Time `json:"recorded_at,omitempty"`
	By              string     `json:"recorded_by" doc:"User id."`
	Kind            string     `json:"batch_kind" enum:"import,manual,undo,setup"`
	SupersededBatch int64      `json:"superseded_batch,omitempty" doc:"Absent while it holds."`
	SupersededAt    *time.Time `json:"superseded_at,omitempty"`
	SupersededBy    string     `json:"superseded_by,omitempty" doc:"User id."`
}

// Receipt says what became of a fact entered by hand.
type Receipt struct {
	RecordedBatch int64  `json:"recorded_batch,omitempty" doc:"Absent when nothing changed."`
	Outcome       string `json:"outcome" enum:"unchanged,added,corrected"`
	Late          bool   `json:"late" doc:"It touches a closed month, which stays as it is; the difference is settled in an open one."`
	ClosedMonth   string `json:"closed_month,omitempty" doc:"The first closed month it touches."`
}

// created is a new record.
type created struct {
	ID int64 `json:"id"`
	Receipt
}

// createdOutput is a new record with its tag.
type createdOutput struct {
	ETag string `header:"ETag"`
	Body created
}

// receiptOutput is a receipt with the new tag of the record.
type receiptOutput struct {
	ETag string `header:"ETag"`
	Body Receipt
}

// sum is an amount in one currency.
type sum struct {
	Currency    string `json:"currency" example:"CNY"`
	AmountMinor int64  `json:"amount_minor"`
}

// countedList is a part of a list. The count is of the whole filter.
type countedList[T any] struct {
	List[T]
	Count int64 `json:"count"`
}

// summedList is a part of a list. Count and sums are of the whole filter.
type summedList[T any] struct {
	List[T]
	Count int64 `json:"count"`
	Sums  []sum `json:"sums" nullable:"false" doc:"By currency; currencies are never added up."`
}

// AsOf asks for a point on both axes of time.
type AsOf struct {
	On            string    `query:"on" format:"date" doc:"The day that is looked at; today when it is left out."`
	RecordedBatch int64     `query:"recorded_batch" minimum:"1" doc:"As recorded up to this batch; as recorded now when it is left out."`
	RecordedAt    time.Time `query:"recorded_at" doc:"As recorded at this instant, instead of recorded_batch."`
}

func (in AsOf) when() (org.When, error) {
	when := org.When{Recorded: fact.BatchID(in.RecordedBatch), By: in.RecordedAt}
	var c fact.Checker
	when.Valid = fromAPIDate(&c, "on", in.On)
	if in.RecordedBatch != 0 && !in.RecordedAt.IsZero() {
		c.Add("recorded_at", "", "api.two_points", nil)
	}
	return when, c.Err()
}

// DayRange limits a list to days.
type DayRange struct {
	From string `query:"from" format:"date" doc:"First day."`
	To   string `query:"to" format:"date" doc:"Last day."`
}

func (in DayRange) days() (fact.Days, error) {
	var c fact.Checker
	days := fact.Days{From: fromAPIDate(&c, "from", in.From), To: fromAPIDate(&c, "to", in.To)}
	return days, c.Err()
}

// AmountRange limits a list to amounts.
type AmountRange struct {
	Min optionalAmount `query:"min_minor" doc:"Least amount, in minor units of its currency."`
	Max optionalAmount `query:"max_minor" doc:"Greatest amount, in minor units of its currency."`
}

func (in AmountRange) amounts() fact.Amounts {
	return fact.Amounts{Min: in.Min.asked(), Max: in.Max.asked()}
}

// optionalAmount is an amount in an address, where zero is not the same as nothing.
type optionalAmount struct {
	Minor int64
	set   bool
}

// Receiver implements huma.ParamWrapper.
func (o *optionalAmount) Receiver() reflect.Value { return reflect.ValueOf(o).Elem().Field(0) }

// OnParamSet implements huma.ParamReactor.
func (o *optionalAmount) OnParamSet(set bool, _ any) { o.set = set }

// Schema describes the amount as what it is.
func (optionalAmount) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[int64]())
}

func (o optionalAmount) asked() *int64 {
	if !o.set {
		return nil
	}
	return &o.Minor
}

// fromAPIDate reads a day; none is given as NoDate. The checker notes what is no day.
func fromAPIDate(c *fact.Checker, path, text string) calendar.Date {
	if text == "" {
		return calendar.NoDate
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		c.Add(path, text, "form.error.date", nil)
		return calendar.NoDate
	}
	return day
}

// fromAPIDay reads a day that has to be given; the service refuses none.
func fromAPIDay(path, text string) (calendar.Date, error) {
	var c fact.Checker
	day := fromAPIDate(&c, path, text)
	return day, c.Err()
}

// facts asks for a part of a list of facts in an order: one of the list's, with a minus before it when it descends.
func (in Paging) facts(sort string) fact.Paging {
	name, descending := strings.CutPrefix(sort, "-")
	return fact.Paging{Sort: name, Descending: descending, Cursor: in.Cursor, Limit: in.Limit}
}

// factTag is the tag of a record: the batch that it was last changed in.
func factTag(batch fact.BatchID) string {
	if batch == 0 {
		return ""
	}
	return quoted("batch." + strconv.FormatInt(int64(batch), 10))
}

// seenBatch returns the batch of the record that a change is meant for; 0 when the client didn't say.
func seenBatch(in Precondition, current func() (fact.BatchID, error)) (fact.BatchID, error) {
	if !in.asked() {
		return 0, nil
	}
	batch, err := current()
	if err == nil && !in.fits(factTag(batch)) {
		err = errStale()
	}
	return batch, err
}

// staleFact turns the conflicts of facts that somebody else has just changed into a 412.
func staleFact(err error) error {
	return staleIf(staleIf(err, "fact.changed_meanwhile"), "org.changed_meanwhile")
}

// amountFields gives amounts the names that they have here in what a service finds wrong with an input.
func amountFields(err error) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	for i := range known.Fields {
		if path := &known.Fields[i].Path; *path == "amount" || *path == "max" {
			*path += "_minor"
		}
	}
	return err
}
