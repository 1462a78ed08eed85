package board

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

// Ask is what somebody wants to see of a board.
type Ask struct {
	Board string         // empty: the one that the actor begins with
	Place metric.Place   // of kind reach or empty: where the actor is at home
	Month calendar.Month // 0: the running one
	Span  metric.PeriodKind
	// Recorded shows facts as they were recorded at a moment; zero: now.
	Recorded time.Time
}

// Spans are the lengths of period that a board offers.
var Spans = []metric.PeriodKind{metric.Month, metric.Quarter, metric.Year}

// Shown is a board with its numbers.
type Shown struct {
	Board Board
	Ask   Ask // as it was understood: place, month and span filled in
	// Path is the places from the company down to the one shown, as far as the reader reaches up.
	Path     []metric.Place
	Period   metric.Period
	Narrowed bool  // the reader sees a part of the place
	Missing  int64 // people of it that are out of reach
	Elapsed  int   // working days of the period that have passed
	WorkDays int
	Newest   map[metric.Source]time.Time
	Behind   bool // facts are recorded that the numbers do not count yet
	Superior bool // the reader sees the numbers of others, and their places in rankings
	Now      time.Time
	Tiles    []ShownTile
}

// ShownTile is a tile with what it shows. Failed says why it shows nothing.
type ShownTile struct {
	Tile
	Series     []metric.Series // in the order of Metrics; of a card with comparisons, otherwise with parts; of a trend with a year of months before it
	Spark      *metric.Series  // of a card: by month
	Funnel     *Funnel
	Ageing     *Ageing
	Exceptions []Exception
	Failed     *errs.Error
}

// Numbers is what boards need of the metric book.
type Numbers interface {
	Definitions(ctx context.Context, actor access.Actor) ([]metric.Definition, error)
	Read(ctx context.Context, actor access.Actor, q metric.Query) (metric.Answer, error)
	Rows(ctx context.Context, actor access.Actor, q metric.RowsQuery) (metric.RowsPage, error)
}

// Show returns a board with its numbers, of what the actor may see. Errors: unauthenticated; forbidden where none of its numbers may be seen; not found for a
// board that is not there or not shared, and a place out of reach; invalid.
func (s *Service) Show(ctx context.Context, actor access.Actor, ask Ask) (out Shown, err error) {
	defer errs.Wrap(&err, "board.Show(%s)", ask.Board)
	if actor.UserID == "" {
		return out, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if out.Board, err = s.open(ctx, actor, ask.Board); err != nil {
		return out, err
	}
	out.Now = s.Now()
	if out.Ask, err = s.understood(actor, ask, out.Now); err != nil {
		return out, err
	}
	out.Ask.Board = out.Board.ID
	out.Superior = superior(actor)
	if err := s.walk(ctx, actor, &out); err != nil {
		return out, err
	}
	r := newReading(s, actor, &out)
	if err := r.numbers(ctx); err != nil {
		return out, err
	}
	if refused := refusedWhole(out.Tiles); refused != nil {
		return out, refused
	}
	if err := r.lists(ctx); err != nil {
		return out, err
	}
	return out, nil
}

// refusedWhole is why nothing of a board may be seen; nil where some may be.
func refusedWhole(tiles []ShownTile) error {
	var refused *errs.Error
	for i := range tiles {
		switch t := &tiles[i]; {
		case len(t.Metrics) == 0:
		case t.Failed == nil || t.Failed.Kind != errs.KindForbidden:
			return nil
		default:
			refused = t.Failed
		}
	}
	if refused == nil {
		return nil
	}
	return refused
}

// understood fills in what was not asked for.
func (s *Service) understood(actor access.Actor, ask Ask, now time.Time) (Ask, error) {
	if ask.Place.Kind == "" || ask.Place.Kind == metric.PlaceReach {
		ask.Place = HomeOf(actor)
	}
	today := calendar.DateOf(now).Month()
	if ask.Month == 0 {
		ask.Month = today
	}
	if ask.Span == "" {
		ask.Span = metric.Month
	}
	var wrong []errs.Field
	if !slices.Contains(Spans, ask.Span) {
		wrong = append(wrong, errs.Field{Path: "span", Value: string(ask.Span), Message: errs.Msg("form.error.choice", nil)})
	}
	if ask.Month > today || ask.Month < today-12*yearsBack {
		wrong = append(wrong, errs.Field{Path: "month", Value: ask.Month.String(), Message: errs.Msg("board.bad_month", nil)})
	}
	if ask.Recorded.After(now) {
		wrong = append(wrong, errs.Field{Path: "as_of", Message: errs.Msg("board.bad_as_of", nil)})
	}
	return ask, errs.Invalid("error.invalid", wrong)
}

// yearsBack is how far back a board looks.
const yearsBack = 20

// reads is whose numbers somebody sees at all.
func reads(actor access.Actor) access.Scope {
	if actor.Can(access.PermSalesRead) {
		return actor.ScopeOf(access.PermSalesRead)
	}
	return actor.ScopeOf(access.PermOrgRead)
}

// superior reports whether somebody sees the numbers of others by right of a role above them.
func superior(actor access.Actor) bool {
	scope := reads(actor)
	return scope.All || scope.TeamsLed || len(scope.RegionIDs) > 0
}

// HomeOf is the place that somebody begins at: the company, the region or the own numbers where these are all that they reach, otherwise all of it.
func HomeOf(actor access.Actor) metric.Place {
	scope := reads(actor)
	switch {
	case scope.All:
		return metric.Company
	case len(scope.RegionIDs) == 1 && !scope.TeamsLed:
		return metric.Place{Kind: metric.PlaceRegion, ID: scope.RegionIDs[0]}
	case scope.PersonID != 0 && !scope.TeamOf && !scope.TeamsLed && len(scope.RegionIDs) == 0:
		return metric.Place{Kind: metric.PlacePerson, ID: scope.PersonID}
	}
	return metric.Place{Kind: metric.PlaceReach}
}

// below is the level that the shown place is taken apart by.
func below(actor access.Actor, p metric.Place) metric.Breakdown {
	if p.Kind == metric.PlaceReach && len(reads(actor).RegionIDs) > 1 {
		return metric.ByRegion
	}
	return Below(p)
}

// walk finds the places from the top of what the reader reaches down to the one shown.
func (s *Service) walk(ctx context.Context, actor access.Actor, out *Shown) error {
	home := HomeOf(actor)
	out.Path = []metric.Place{home}
	place := out.Ask.Place
	if place.Kind == home.Kind && place.ID == home.ID || place.Kind == metric.PlaceCompany {
		if place.Kind == metric.PlaceCompany {
			out.Path = []metric.Place{metric.Company}
		}
		if place.Kind == metric.PlaceCompany || place.Kind == metric.PlaceReach {
			return nil
		}
		out.Path = nil
	}
	return s.Store.Read(ctx, func(r Reader) error {
		path, err := r.BoardPath(ctx, place, calendar.DateOf(s.Now()))
		if err != nil {
			return err
		}
		if home.Kind != metric.PlaceCompany && home.Kind != metric.PlaceReach {
			at := slices.IndexFunc(path, func(p metric.Place) bool { return p.Kind == home.Kind && p.ID == home.ID })
			if at < 0 {
				return errs.New(errs.KindNotFound, "board.no_place", nil)
			}
			path, out.Path = path[at:], nil
		}
		out.Path = append(out.Path, path...)
		out.Ask.Place.Name = path[len(path)-1].Name
		return nil
	})
}
