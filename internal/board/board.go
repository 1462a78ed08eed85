// Package board is the live boards (看板): pages of tiles that show numbers of the metric book for a place and a period, down to the rows behind them;
// the shipped board of each role, boards that people put together themselves, and alerts on numbers that somebody asked for.
//
// A tile holds no number and no formula: it names metrics, and what is shown is read from package metric in as few reads as the tiles allow, for what the
// reader may see. What a board lists beside metrics, such as funnels and what needs attention, comes from sources that the program hands over.
//
// Limits: a board has at most TilesMax tiles. A board of one's own is changed by its owner alone; others copy it. Alerts look at the running month.
package board

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
)

// Kind is what a tile draws.
type Kind string

// The kinds of tile.
const (
	KindCard       Kind = "card"       // one number with its goal, pace, 同比 and 环比, and age
	KindTrend      Kind = "trend"      // one number over months
	KindCompare    Kind = "compare"    // numbers of the places below
	KindRanking    Kind = "ranking"    // people by a number
	KindProducts   Kind = "products"   // what is sold, or lines of it, by a number
	KindFunnel     Kind = "funnel"     // stages of the sales process by cohort, with p50 and p90
	KindAgeing     Kind = "ageing"     // overdue instalments by how long they are overdue
	KindExceptions Kind = "exceptions" // what needs attention
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{KindCard, KindTrend, KindCompare, KindRanking, KindProducts, KindFunnel, KindAgeing, KindExceptions}

// metrics is how many metrics a tile of the kind names, at least and at most.
func (k Kind) metrics() (least, most int) {
	switch k {
	case KindCard, KindTrend:
		return 1, 1
	case KindCompare, KindRanking:
		return 1, columnsMax
	case KindProducts:
		return 1, ProductColumns
	}
	return 0, 0
}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("board.kind."+string(k), nil) }

// Bounds of what people put together.
const (
	TilesMax   = 24
	columnsMax = 6
	// ProductColumns is how many numbers a tile of products has: the first one has its share and its comparisons beside it.
	ProductColumns = 3
	nameMost       = 40
	boardsMost     = 50 // of one user
	trendLeast     = 3
	trendMost      = 36
	trendUsual     = 12
)

// Tile is one part of a board.
type Tile struct {
	Kind    Kind        `json:"kind"`
	Metrics []metric.ID `json:"metrics,omitempty"` // or families; the first one decides the order of a ranking
	// By is the level of a comparison; empty: the one below the place that is looked at. Of products it is each of them, or lines of them.
	By metric.Breakdown `json:"by,omitempty"`
	// Months is how far a trend looks back; 0 is trendUsual.
	Months int `json:"months,omitempty"`
	// Goal is what a card's number is to be, in the unit of metric.Value.Amount; nil for none.
	Goal *int64 `json:"goal,omitempty"`
	// Width is columns of twelve; 0 is usual for the kind.
	Width int `json:"width,omitempty"`
}

// Span is how many months a trend shows.
func (t Tile) Span() int {
	if t.Months == 0 {
		return trendUsual
	}
	return t.Months
}

// Months are the months of a trend, each with that of the year before where it is known.
func (t ShownTile) Months() (list []MonthPair) {
	if len(t.Series) == 0 {
		return nil
	}
	parts := t.Series[0].Parts
	for i := max(0, len(parts)-t.Span()); i < len(parts); i++ {
		pair := MonthPair{Now: parts[i].Value}
		// A month that runs has no whole one beside it.
		if i >= yearMonths && !pair.Now.Period.ToDate {
			pair.YearAgo = &parts[i-yearMonths].Value
		}
		list = append(list, pair)
	}
	return list
}

// MonthPair is a month's number beside the one of the year before.
type MonthPair struct {
	Now     metric.Value
	YearAgo *metric.Value
}

// Columns is the width of the tile in twelfths.
func (t Tile) Columns() int {
	if t.Width != 0 {
		return t.Width
	}
	switch t.Kind {
	case KindCard:
		return 3
	case KindRanking, KindAgeing:
		return 5
	case KindFunnel, KindExceptions:
		return 7
	}
	return 6
}

// Board is a page of tiles. A shipped one has a key of letters, one that somebody made has a number.
type Board struct {
	ID        string
	Shipped   bool
	Name      string // of a board that somebody made; a shipped one has a message
	OwnerID   string
	OwnerName string
	Shared    bool // others may open it, and see in it what they may see
	Tiles     []Tile
	Revision  int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Message names a shipped board for people.
func (b Board) Message() errs.Message { return errs.Msg("board.shipped."+b.ID, nil) }

// Subject names the board for the audit log.
func (b Board) Subject() string { return "board:" + b.ID }

// Title is the name in the reader's language.
func (b Board) Title(say func(errs.Message) string) string {
	if b.Shipped {
		return say(b.Message())
	}
	return b.Name
}

// number is the id of a board that somebody made.
func number(id string) (int64, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil && n > 0
}

// Metrics are those that the board names, each once.
func (b Board) Metrics() (ids []metric.ID) {
	for _, t := range b.Tiles {
		for _, id := range t.Metrics {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Draft is what somebody makes of a board. With an ID it replaces one's own, which Seen says the revision of.
type Draft struct {
	ID     string
	Seen   int64 // 0 skips the check
	Name   string
	Shared bool
	Tiles  []Tile
}

var levels = []metric.Breakdown{metric.ByNothing, metric.ByRegion, metric.ByTeam, metric.ByPerson}

// soldBy is how products are told apart.
var soldBy = []metric.Breakdown{metric.ByNothing, metric.ByProduct, metric.ByLine}

// Validate finds everything that is wrong with the draft. known tells the metrics of the book.
func (d Draft) Validate(known func(metric.ID) bool) error {
	var c fact.Checker
	c.Text("name", d.Name, true)
	if len([]rune(d.Name)) > nameMost {
		c.Add("name", d.Name, "board.name_long", errs.Args{"Most": nameMost})
	}
	if len(d.Tiles) > TilesMax {
		c.Add("tiles", "", "board.too_many_tiles", errs.Args{"Most": TilesMax})
	}
	for i, t := range d.Tiles {
		t.check(&c, "tiles["+strconv.Itoa(i)+"]", known)
	}
	return c.Err()
}

func (t Tile) check(c *fact.Checker, path string, known func(metric.ID) bool) {
	if !slices.Contains(Kinds, t.Kind) {
		c.Add(path+".kind", string(t.Kind), "form.error.choice", nil)
		return
	}
	if least, most := t.Kind.metrics(); len(t.Metrics) < least || len(t.Metrics) > most {
		c.Add(path+".metrics", "", "board.metric_count", errs.Args{"Kind": t.Kind.Message(), "Least": least, "Most": most})
	}
	for _, id := range t.Metrics {
		if !known(id) {
			c.Add(path+".metrics", string(id), "board.no_metric", errs.Args{"Metric": string(id)})
		}
	}
	by := levels
	if t.Kind == KindProducts {
		by = soldBy
	}
	if !slices.Contains(by, t.By) {
		c.Add(path+".by", string(t.By), "form.error.choice", nil)
	}
	if t.Months != 0 && (t.Months < trendLeast || t.Months > trendMost) {
		c.Add(path+".months", strconv.Itoa(t.Months), "board.bad_months", errs.Args{"Least": trendLeast, "Most": trendMost})
	}
	if t.Width != 0 && (t.Width < 3 || t.Width > 12) {
		c.Add(path+".width", strconv.Itoa(t.Width), "board.bad_width", nil)
	}
}

// ParsePlace reads a place as addresses have it: company, region:3, team:4, person:5; empty is what the reader reaches.
func ParsePlace(text string) (metric.Place, error) {
	kind, id, _ := strings.Cut(text, ":")
	p := metric.Place{Kind: metric.PlaceKind(kind)}
	switch p.Kind {
	case "":
		return metric.Place{Kind: metric.PlaceReach}, nil
	case metric.PlaceReach, metric.PlaceCompany:
		if id == "" {
			return p, nil
		}
	case metric.PlaceRegion, metric.PlaceTeam, metric.PlacePerson:
		if n, ok := number(id); ok {
			p.ID = n
			return p, nil
		}
	}
	return p, errs.Invalid("error.invalid", []errs.Field{{Path: "place", Message: errs.Msg("board.bad_place", errs.Args{"Place": text})}})
}

// PlaceText writes a place as ParsePlace reads it.
func PlaceText(p metric.Place) string {
	switch p.Kind {
	case metric.PlaceReach, "":
		return ""
	case metric.PlaceCompany:
		return string(p.Kind)
	}
	return string(p.Kind) + ":" + strconv.FormatInt(p.ID, 10)
}

// Below is the level that a place is taken apart by: regions of the company, teams of a region, people of a team.
func Below(p metric.Place) metric.Breakdown {
	switch p.Kind {
	case metric.PlaceCompany:
		return metric.ByRegion
	case metric.PlaceRegion:
		return metric.ByTeam
	case metric.PlacePerson:
		return metric.ByNothing
	}
	return metric.ByPerson
}

// user requires somebody who keeps things of their own.
func user(actor access.Actor) error {
	switch {
	case actor.UserID == "":
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	case actor.ReadOnly:
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return nil
}
