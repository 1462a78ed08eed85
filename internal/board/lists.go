package board

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// Where is what a board is looked at for.
type Where struct {
	Place    metric.Place
	Month    calendar.Month
	Today    calendar.Date
	From, To calendar.Date // the days that are counted
	Below    metric.Breakdown
}

// Owners are the filters of lists that know whose a row is; all are 0 for the company, and for all that the reader reaches.
func (w Where) Owners() (region, team, person int64) {
	switch w.Place.Kind {
	case metric.PlaceRegion:
		return w.Place.ID, 0, 0
	case metric.PlaceTeam:
		return 0, w.Place.ID, 0
	case metric.PlacePerson:
		return 0, 0, w.Place.ID
	}
	return 0, 0, 0
}

// Sources hand over what is no number of the book. Each answers for what the actor may see.
type Sources struct {
	Funnel     func(ctx context.Context, actor access.Actor, w Where) (*Funnel, error)
	Exceptions []func(ctx context.Context, actor access.Actor, w Where) ([]Exception, error)
}

// Funnel is what became of the opportunities of a cohort, by stage.
type Funnel struct {
	From, To calendar.Date // when they were opened
	AsOf     time.Time
	Cases    int
	Stages   []FunnelStage
}

// FunnelStage is one stage: how many of the cohort ever stood on it or beyond, and how long cases stay on it, those still there counted as lasting at least
// so long. Durations are nil where too many are still there to tell.
type FunnelStage struct {
	Name     ruledoc.Text
	Reached  int
	P50, P90 *time.Duration
	Slowest  bool // the longest p90 of the stages before the last one
}

// FunnelMonths is how many months a funnel's cohort has: those before the month that is looked at, so that most of it had its time.
const FunnelMonths = 3

// CohortOf is when the opportunities of a funnel were opened.
func CohortOf(month calendar.Month) (from, to calendar.Date) {
	return (month - FunnelMonths).First(), (month - 1).Last()
}

// MarkSlowest marks the stage with the longest p90, if there are two that can be compared.
func (f *Funnel) MarkSlowest() {
	slowest, known := -1, 0
	for i, s := range f.Stages {
		if s.P90 == nil {
			continue
		}
		known++
		if slowest < 0 || *s.P90 > *f.Stages[slowest].P90 {
			slowest = i
		}
	}
	if known > 1 {
		f.Stages[slowest].Slowest = true
	}
}

// Band is for how many days something is overdue.
type Band int

// The bands; NotDue is what is still to come.
const (
	NotDue Band = iota
	Days30
	Days60
	Days90
	Days180
	Longer
)

// Bands lists the overdue ones.
var Bands = []Band{Days30, Days60, Days90, Days180, Longer}

// Ends are the days after which each band but the last one ends.
var Ends = map[Band]int{NotDue: 0, Days30: 30, Days60: 60, Days90: 90, Days180: 180}

// Overdue is what is open of one band and group.
type Overdue struct {
	Band  Band
	Group metric.Place // of the level below
	Minor int64
	Count int64
}

// Ageing is what is open of signed contracts, by how long it is overdue.
type Ageing struct {
	Groups []metric.Place // in the order of their numbers, the rest are together as Others
	Minor  map[Band]map[int64]int64
	Count  map[Band]int64
	Sums   map[Band]int64
	Late   int64 // all that is overdue
	All    int64 // and what is still to come
}

// Others is the id of the groups that an ageing does not tell apart.
const Others int64 = -1

// groupsMost is how many groups an ageing tells apart.
const groupsMost = 5

// Aged puts the rows together; the groups with the most overdue come first.
func Aged(rows []Overdue) *Ageing {
	a := &Ageing{Minor: map[Band]map[int64]int64{}, Count: map[Band]int64{}, Sums: map[Band]int64{}}
	late, names := map[int64]int64{}, map[int64]metric.Place{}
	for _, r := range rows {
		a.All += r.Minor
		a.Sums[r.Band] += r.Minor
		a.Count[r.Band] += r.Count
		if r.Band != NotDue {
			a.Late += r.Minor
			late[r.Group.ID] += r.Minor
			names[r.Group.ID] = r.Group
		}
	}
	for _, group := range names {
		a.Groups = append(a.Groups, group)
	}
	slices.SortFunc(a.Groups, func(x, y metric.Place) int {
		return cmp.Or(cmp.Compare(late[y.ID], late[x.ID]), cmp.Compare(x.ID, y.ID))
	})
	if len(a.Groups) > groupsMost {
		a.Groups = append(a.Groups[:groupsMost-1:groupsMost-1], metric.Place{ID: Others})
	}
	for _, r := range rows {
		if r.Band == NotDue {
			continue
		}
		id := r.Group.ID
		if !slices.ContainsFunc(a.Groups, func(g metric.Place) bool { return g.ID == id }) {
			id = Others
		}
		if a.Minor[r.Band] == nil {
			a.Minor[r.Band] = map[int64]int64{}
		}
		a.Minor[r.Band][id] += r.Minor
	}
	return a
}

func (r *reading) ageing(ctx context.Context, w Where) (a *Ageing, err error) {
	if err := r.actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx Reader) error {
		rows, err := tx.BoardOverdue(ctx, r.actor.ScopeOf(access.PermSalesRead), w.Place, w.Below, w.Today, r.Currency())
		a = Aged(rows)
		return err
	})
	return a, err
}

// Tone is how urgent an exception is.
type Tone string

// The tones.
const (
	ToneBad  Tone = "bad"
	ToneWarn Tone = "warn"
)

// Exception is something that needs attention, with the list that it is dealt with in.
type Exception struct {
	Kind   string // its word is the message board.exception.‹kind›
	Tone   Tone
	Title  errs.Message
	Name   ruledoc.Text // what Title is about, in both languages; may be empty
	Detail errs.Message // may be empty
	Count  int64
	Path   string // from the root of the installation
}

// Said is the title in Chinese or English.
func (e Exception) Said(zh bool) errs.Message {
	if e.Name == (ruledoc.Text{}) {
		return e.Title
	}
	args := errs.Args{"Name": cmp.Or(e.Name.En, e.Name.Zh)}
	if zh {
		args["Name"] = cmp.Or(e.Name.Zh, e.Name.En)
	}
	maps.Copy(args, e.Title.Args)
	return errs.Msg(e.Title.Key, args)
}

// exceptions asks all sources; the bad come first. A source that is not for the reader has nothing for them.
func (r *reading) exceptions(ctx context.Context, w Where) (all []Exception, err error) {
	for _, source := range r.Sources.Exceptions {
		found, err := source(ctx, r.actor, w)
		if errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindConflict) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b Exception) int {
		return cmp.Compare(map[Tone]int{ToneBad: 0, ToneWarn: 1}[a.Tone], map[Tone]int{ToneBad: 0, ToneWarn: 1}[b.Tone])
	})
	return all, nil
}
