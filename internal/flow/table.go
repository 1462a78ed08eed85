package flow

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// table is all cases with all that happened, as of one event. It never changes.
type table struct {
	asOf   time.Time
	seq    int64
	labels []string
	number map[string]uint16
	rows   []row
	steps  []step
	took   time.Duration // to read it
}

// row is a case.
type row struct {
	id, owner, amount int64
	first, count      uint32 // its steps
	opened            calendar.Date
	state             state
	existing          bool
}

type state uint8

const (
	stateOpen state = iota
	stateWon
	stateLost
)

// step is an event in eight bytes: there may be twenty million.
type step struct {
	at    uint32 // Unix seconds
	delay uint16 // minutes until it was recorded, at most delayMax
	label uint16
}

const delayMax = math.MaxUint16

func (t *table) of(r *row) []step { return t.steps[r.first : r.first+r.count] }

// How many rows and events are read at a time: each part on a snapshot of its own, so that reading millions does not hold one open.
const (
	casesAtOnce  = 10_000
	eventsAtOnce = 20_000
)

// builder reads a table.
type builder struct {
	*table
	at    map[int64]int32 // place of a case among the rows
	cases []int32         // of each step
	zone  *time.Location
}

// read reads all cases and events. What happens meanwhile may be missing; seq says up to where it is complete.
func read(ctx context.Context, store Store, now func() time.Time) (*table, error) {
	began := now()
	b := builder{table: &table{asOf: began, number: map[string]uint16{}}, at: map[int64]int32{}, zone: began.Location()}
	if err := b.readCases(ctx, store); err != nil {
		return nil, err
	}
	if err := b.readEvents(ctx, store); err != nil {
		return nil, err
	}
	b.arrange()
	b.took = now().Sub(began)
	return b.table, nil
}

func (b *builder) readCases(ctx context.Context, store Store) error {
	after := int64(0)
	for {
		var part []Case
		err := store.Read(ctx, func(r Reader) (err error) {
			part, err = r.FlowCases(ctx, after, casesAtOnce)
			return err
		})
		if err != nil || len(part) == 0 {
			return err
		}
		for _, c := range part {
			b.at[c.ID] = int32(len(b.rows))
			opened := calendar.DateOf(c.CreatedAt.In(b.zone))
			b.rows = append(b.rows, row{id: c.ID, owner: c.OwnerID, amount: c.AmountMinor, opened: opened, state: stateOf(c.State), existing: c.FirstDealOn != calendar.NoDate && c.FirstDealOn < opened})
		}
		after = part[len(part)-1].ID
	}
}

func stateOf(s opportunity.State) state {
	switch s {
	case opportunity.StateWon:
		return stateWon
	case opportunity.StateLost:
		return stateLost
	}
	return stateOpen
}

func (b *builder) readEvents(ctx context.Context, store Store) error {
	for {
		var part []process.Event
		err := store.Read(ctx, func(r Reader) (err error) {
			part, err = r.EventsAfter(ctx, b.seq, eventsAtOnce)
			return err
		})
		if err != nil || len(part) == 0 {
			return err
		}
		for i := range part {
			b.take(&part[i])
		}
		b.seq = part[len(part)-1].Seq
	}
}

// take adds an event of a case that is known. A change of owner says nothing of how the work went, nor that its
// stage was replaced.
func (b *builder) take(e *process.Event) {
	at, known := b.at[e.CaseID]
	if !known || e.Activity == process.ActivityOwner || e.MovedByStandard() {
		return
	}
	delay := min(max(e.RecordedAt.Sub(e.OccurredAt), 0)/time.Minute, delayMax)
	b.steps = append(b.steps, step{at: uint32(max(e.OccurredAt.Unix(), 0)), delay: uint16(delay), label: b.label(labelOf(e))})
	b.cases = append(b.cases, at)
	b.rows[at].count++
}

// labelOf names what happened: entering a stage is the stage.
func labelOf(e *process.Event) string {
	switch e.Activity {
	case process.ActivityOpened, process.ActivityStage:
		var data struct {
			Stage string `json:"stage"`
		}
		if json.Unmarshal(e.Data, &data) == nil && data.Stage != "" {
			return data.Stage
		}
	}
	return string(e.Activity)
}

func (b *builder) label(name string) uint16 {
	n, ok := b.number[name]
	if !ok {
		n = uint16(len(b.labels)) // labels are the words of a program and its standards: some dozens
		b.number[name] = n
		b.labels = append(b.labels, name)
	}
	return n
}

// arrange puts the steps of each case together, in the order in which they happened; what happened at once, in the order recorded.
func (b *builder) arrange() {
	next := make([]uint32, len(b.rows))
	sum := uint32(0)
	for i := range b.rows {
		b.rows[i].first, next[i] = sum, sum
		sum += b.rows[i].count
	}
	arranged := make([]step, len(b.steps))
	for i, s := range b.steps {
		at := b.cases[i]
		arranged[next[at]] = s
		next[at]++
	}
	b.steps, b.cases = arranged, nil
	for i := range b.rows {
		steps := b.of(&b.rows[i])
		slices.SortStableFunc(steps, func(a, b step) int { return int(int64(a.at) - int64(b.at)) })
		if len(steps) > 0 {
			b.rows[i].opened = min(b.rows[i].opened, calendar.DateOf(time.Unix(int64(steps[0].at), 0).In(b.zone)))
		}
	}
}
