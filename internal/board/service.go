package board

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
)

// Config is what a Service works with.
type Config struct {
	Store    Store
	Numbers  Numbers
	Sources  Sources
	NewID    func() string    // of jobs
	Now      func() time.Time // where the company is
	Currency func() money.Currency
	Work     func() calendar.WorkCalendar
	// ActorOf makes the actor of a user, whose alerts see what the user sees.
	ActorOf func(ctx context.Context, userID string) (access.Actor, error)
}

// Service shows and keeps boards, and watches numbers for alerts.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

// Listing is the boards that somebody may open.
type Listing struct {
	Shipped []Board // those of the actor's roles first
	Own     []Board
	Shared  []Board
	Home    string // the board that the actor begins with
}

// List returns the boards that the actor may open; of those that others share, the ones that have a number for them. Errors: unauthenticated.
func (s *Service) List(ctx context.Context, actor access.Actor) (l Listing, err error) {
	defer errs.Wrap(&err, "board.List")
	if actor.UserID == "" {
		return l, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	known := func(metric.ID) bool { return true }
	if !actor.Can(access.PermSalesRead) && Reads(actor) {
		if known, err = s.known(ctx, actor); err != nil {
			return l, err
		}
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		l = Listing{Shipped: shippedFor(actor)}
		all, err := r.BoardsFor(ctx, actor.UserID)
		if err != nil {
			return err
		}
		for _, b := range all {
			switch {
			case b.OwnerID == actor.UserID:
				l.Own = append(l.Own, b)
			case slices.ContainsFunc(b.Tiles, func(t Tile) bool { return slices.ContainsFunc(t.Metrics, known) }):
				l.Shared = append(l.Shared, b)
			}
		}
		l.Home, err = s.home(ctx, r, actor)
		return err
	})
	return l, err
}

// home is the board that somebody begins with: the chosen one while it may still be opened, otherwise that of the role.
func (s *Service) home(ctx context.Context, r Reader, actor access.Actor) (string, error) {
	chosen, err := r.BoardHome(ctx, actor.UserID)
	if err != nil {
		return "", err
	}
	if chosen != "" {
		_, err := s.find(ctx, r, actor, chosen)
		if err == nil || !errs.Is(err, errs.KindNotFound) {
			return chosen, err
		}
	}
	return DefaultOf(actor), nil
}

// find returns a board that the actor may open.
func (s *Service) find(ctx context.Context, r Reader, actor access.Actor, id string) (Board, error) {
	if at := slices.IndexFunc(Shipped, func(b Board) bool { return b.ID == id }); at >= 0 {
		b := Shipped[at]
		b.Shipped = true
		return b, nil
	}
	n, ok := number(id)
	if !ok {
		return Board{}, errs.New(errs.KindNotFound, "board.not_found", nil)
	}
	b, err := r.Board(ctx, n)
	if err == nil && b.OwnerID != actor.UserID && !b.Shared {
		return Board{}, errs.New(errs.KindNotFound, "board.not_found", nil)
	}
	return b, err
}

func (s *Service) open(ctx context.Context, actor access.Actor, id string) (b Board, err error) {
	err = s.Store.Read(ctx, func(r Reader) error {
		if id == "" {
			if id, err = s.home(ctx, r, actor); err != nil {
				return err
			}
		}
		b, err = s.find(ctx, r, actor, id)
		return err
	})
	return b, err
}

// Get returns a board without its numbers. Errors: unauthenticated; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (b Board, err error) {
	defer errs.Wrap(&err, "board.Get(%s)", id)
	if actor.UserID == "" {
		return b, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	return s.open(ctx, actor, id)
}

// kept is what the audit log keeps of a board.
type kept struct {
	Name   string `json:"name"`
	Shared bool   `json:"shared"`
	Tiles  []Tile `json:"tiles"`
}

func keptOf(b Board) kept { return kept{b.Name, b.Shared, b.Tiles} }

// known tells which metrics there are for the actor.
func (s *Service) known(ctx context.Context, actor access.Actor) (func(metric.ID) bool, error) {
	book, err := s.Numbers.Definitions(ctx, actor)
	if err != nil {
		return nil, err
	}
	return func(id metric.ID) bool {
		return slices.ContainsFunc(book, func(d metric.Definition) bool { return d.ID == id || d.Family == id })
	}, nil
}

// Save keeps a board of the actor's own, a new one or in the stead of what it was. Errors: unauthenticated; forbidden; invalid; not found for somebody
// else's; conflict when it was changed meanwhile, or there are too many.
func (s *Service) Save(ctx context.Context, actor access.Actor, d Draft) (b Board, err error) {
	defer errs.Wrap(&err, "board.Save(%s)", d.ID)
	if err := user(actor); err != nil {
		return b, err
	}
	d.Name = strings.TrimSpace(d.Name)
	known, err := s.known(ctx, actor)
	if err != nil {
		return b, err
	}
	if err := d.Validate(known); err != nil {
		return b, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if d.ID == "" {
			b, err = s.add(ctx, tx, actor, d)
			return err
		}
		b, err = s.change(ctx, tx, actor, d.ID, d.Seen, func(b *Board) { b.Name, b.Shared, b.Tiles = d.Name, d.Shared, d.Tiles })
		return err
	})
	return b, err
}

func (s *Service) add(ctx context.Context, tx Tx, actor access.Actor, d Draft) (b Board, err error) {
	all, err := tx.BoardsFor(ctx, actor.UserID)
	if err != nil {
		return b, err
	}
	own := slices.DeleteFunc(all, func(b Board) bool { return b.OwnerID != actor.UserID })
	if len(own) >= boardsMost {
		return b, errs.New(errs.KindConflict, "board.too_many", errs.Args{"Most": boardsMost})
	}
	n, err := tx.NextNumber(ctx, "board")
	if err != nil {
		return b, err
	}
	b = Board{ID: strconv.FormatInt(n, 10), Name: d.Name, OwnerID: actor.UserID, OwnerName: actor.Name, Shared: d.Shared, Tiles: d.Tiles, Revision: 1, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	if err := tx.InsertBoard(ctx, b); err != nil {
		return b, err
	}
	return b, audit.Append(ctx, tx, actor, "board.create", b.Subject(), nil, keptOf(b))
}

// own returns a board of the actor's own as they saw it.
func (s *Service) own(ctx context.Context, tx Tx, actor access.Actor, id string, seen int64) (b Board, err error) {
	n, ok := number(id)
	if !ok {
		return b, errs.New(errs.KindNotFound, "board.not_found", nil)
	}
	if b, err = tx.Board(ctx, n); err != nil {
		return b, err
	}
	switch {
	case b.OwnerID != actor.UserID && b.Shared:
		return b, errs.New(errs.KindForbidden, "board.not_yours", errs.Args{"Owner": b.OwnerName})
	case b.OwnerID != actor.UserID:
		return b, errs.New(errs.KindNotFound, "board.not_found", nil)
	case seen != 0 && seen != b.Revision:
		return b, errs.New(errs.KindConflict, "board.changed_meanwhile", nil)
	}
	return b, nil
}

func (s *Service) change(ctx context.Context, tx Tx, actor access.Actor, id string, seen int64, act func(*Board)) (b Board, err error) {
	before, err := s.own(ctx, tx, actor, id, seen)
	if err != nil {
		return b, err
	}
	b = before
	act(&b)
	b.Revision, b.UpdatedAt = before.Revision+1, tx.Now()
	if err := tx.SaveBoard(ctx, b); err != nil {
		return b, err
	}
	return b, audit.Append(ctx, tx, actor, "board.update", b.Subject(), keptOf(before), keptOf(b))
}

// Copy makes a board of the actor's own of one that they may open. Errors: unauthenticated; forbidden; not found; invalid; conflict when there are too many.
func (s *Service) Copy(ctx context.Context, actor access.Actor, id, name string) (b Board, err error) {
	defer errs.Wrap(&err, "board.Copy(%s)", id)
	if err := user(actor); err != nil {
		return b, err
	}
	from, err := s.open(ctx, actor, id)
	if err != nil {
		return b, err
	}
	known, err := s.known(ctx, actor)
	if err != nil {
		return b, err
	}
	return s.Save(ctx, actor, Draft{Name: name, Tiles: left(from.Tiles, known)})
}

// left is what remains of tiles for somebody whose book has fewer metrics.
func left(tiles []Tile, known func(metric.ID) bool) (list []Tile) {
	for _, t := range tiles {
		t.Metrics = slices.DeleteFunc(slices.Clone(t.Metrics), func(id metric.ID) bool { return !known(id) })
		if least, _ := t.Kind.metrics(); len(t.Metrics) >= least {
			list = append(list, t)
		}
	}
	return list
}

// Remove deletes a board of the actor's own. Errors: those of Save.
func (s *Service) Remove(ctx context.Context, actor access.Actor, id string, seen int64) (err error) {
	defer errs.Wrap(&err, "board.Remove(%s)", id)
	if err := user(actor); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		b, err := s.own(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		n, _ := number(id)
		if err := tx.DropBoard(ctx, n); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "board.remove", b.Subject(), keptOf(b), nil)
	})
}

// Begin makes a board the one that the actor begins with; empty goes back to that of the role. Errors: unauthenticated; forbidden; not found.
func (s *Service) Begin(ctx context.Context, actor access.Actor, id string) (err error) {
	defer errs.Wrap(&err, "board.Begin(%s)", id)
	if err := user(actor); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		if id != "" {
			if _, err := s.find(ctx, tx, actor, id); err != nil {
				return err
			}
		}
		before, err := tx.BoardHome(ctx, actor.UserID)
		if err != nil || before == id {
			return err
		}
		if err := tx.SetBoardHome(ctx, actor.UserID, id); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "board.begin", "user:"+actor.UserID, before, id)
	})
}

// The moves of a tile.
const (
	MoveUp   = "up"
	MoveDown = "down"
	MoveOut  = "out"
)

// Arrange changes one tile of the actor's own board: moves it up, down or to a place, or takes it out. Errors: those of Save.
func (s *Service) Arrange(ctx context.Context, actor access.Actor, id string, seen int64, tile int, move string) (b Board, err error) {
	defer errs.Wrap(&err, "board.Arrange(%s)", id)
	if err := user(actor); err != nil {
		return b, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		before, err := s.own(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		tiles, err := arranged(before.Tiles, tile, move)
		if err != nil {
			return err
		}
		b, err = s.change(ctx, tx, actor, id, seen, func(b *Board) { b.Tiles = tiles })
		return err
	})
	return b, err
}

// arranged is tiles after a move; where a move leads past an end, they stay. The target of a drag is the number of the place.
func arranged(tiles []Tile, at int, move string) ([]Tile, error) {
	if at < 0 || at >= len(tiles) {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "tile", Message: errs.Msg("board.no_tile", nil)}})
	}
	one := tiles[at]
	rest := slices.Delete(slices.Clone(tiles), at, at+1)
	to := at
	switch move {
	case MoveOut:
		return rest, nil
	case MoveUp:
		to = max(0, at-1)
	case MoveDown:
		to = min(len(rest), at+1)
	default:
		n, err := strconv.Atoi(move)
		if err != nil || n < 0 || n >= len(tiles) {
			return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "move", Value: move, Message: errs.Msg("form.error.choice", nil)}})
		}
		to = n
	}
	return slices.Insert(rest, to, one), nil
}

// Stamp says how far facts are recorded, for whoever waits for newer ones.
func (s *Service) Stamp(ctx context.Context) (at Stamp, err error) {
	defer errs.Wrap(&err, "board.Stamp")
	err = s.Store.Read(ctx, func(r Reader) error { at, err = r.BoardStamp(ctx); return err })
	return at, err
}
