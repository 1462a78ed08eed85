package access

import (
	"context"
	"regexp"
	"time"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// SavedView is a list as somebody likes to see it: filters, order, columns, written as the query of its address.
type SavedView struct {
	ID        string
	UserID    string
	List      string // "deals"
	Name      string
	Query     string // "region=2&sort=-signed_on"; whoever opens it sees what they may see
	Shared    bool   // others see it too
	CreatedAt time.Time
}

// SaveView asks to keep a view; with an ID it replaces one's own.
type SaveView struct {
	ID     string
	List   string
	Name   string
	Query  string
	Shared bool
}

const (
	maxViewQuery = 4000
	maxViews     = 50 // of one user for one list
)

var listShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Validate returns an error of kind Invalid that names every wrong field.
func (in SaveView) Validate() error {
	var f fields
	if !listShape.MatchString(in.List) {
		f.add("list", in.List, "access.unknown_choice", nil)
	}
	f.text("name", in.Name, 40)
	if in.Query != "" {
		f.text("query", in.Query, maxViewQuery)
	}
	return f.err()
}

type viewState struct {
	List   string `json:"list"`
	Name   string `json:"name"`
	Query  string `json:"query"`
	Shared bool   `json:"shared"`
}

func viewStateOf(v SavedView) viewState { return viewState{v.List, v.Name, v.Query, v.Shared} }

// SaveView keeps or replaces a view of the actor's own. Errors: Invalid, also for a name one has already given in this list; NotFound
// for somebody else's; Conflict when there are too many.
func (s *Service) SaveView(ctx context.Context, actor Actor, in SaveView) (view SavedView, err error) {
	defer errs.Wrap(&err, "access.SaveView(%s)", in.List)
	if err := actor.requireWritingUser(); err != nil {
		return SavedView{}, err
	}
	if err := in.Validate(); err != nil {
		return SavedView{}, err
	}
	id := newID()
	err = s.store.InTx(ctx, func(tx Tx) error {
		view = SavedView{ID: id, UserID: actor.UserID, List: in.List, Name: in.Name, Query: in.Query, Shared: in.Shared, CreatedAt: s.clock()}
		if in.ID == "" {
			if err := checkViewName(ctx, tx, view); err != nil {
				return err
			}
			if err := tx.InsertSavedView(ctx, view); err != nil {
				return err
			}
			return audit.Append(ctx, tx, actor, "saved_view.create", "saved_view:"+view.ID, nil, viewStateOf(view))
		}
		old, err := tx.SavedViewByID(ctx, in.ID)
		if err != nil {
			return err
		}
		if old.UserID != actor.UserID || old.List != in.List {
			return errs.New(errs.KindNotFound, "access.view_missing", nil)
		}
		view.ID, view.CreatedAt = old.ID, old.CreatedAt
		if err := checkViewName(ctx, tx, view); err != nil {
			return err
		}
		if err := tx.UpdateSavedView(ctx, view); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "saved_view.update", "saved_view:"+view.ID, viewStateOf(old), viewStateOf(view))
	})
	if err != nil {
		return SavedView{}, err
	}
	return view, nil
}

func checkViewName(ctx context.Context, tx Tx, view SavedView) error {
	views, err := tx.SavedViews(ctx, view.UserID, view.List)
	if err != nil {
		return err
	}
	own := 0
	for _, other := range views {
		if other.UserID != view.UserID || other.ID == view.ID {
			continue
		}
		own++
		if other.Name == view.Name {
			return problem("name", view.Name, "access.view_taken", nil)
		}
	}
	if own >= maxViews {
		return errs.New(errs.KindConflict, "access.views_many", errs.Args{"Max": maxViews})
	}
	return nil
}

// ListViews lists the actor's own views of a list and then those that others share, each by name.
func (s *Service) ListViews(ctx context.Context, actor Actor, list string) (views []SavedView, err error) {
	defer errs.Wrap(&err, "access.ListViews(%s)", list)
	if err := actor.requireUser(); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx Reader) error {
		views, err = tx.SavedViews(ctx, actor.UserID, list)
		return err
	})
	return views, err
}

// DeleteView deletes one's own view, or, with the permission settings.write, one that somebody shares. Errors: NotFound.
func (s *Service) DeleteView(ctx context.Context, actor Actor, viewID string) (err error) {
	defer errs.Wrap(&err, "access.DeleteView(%s)", viewID)
	if err := actor.requireWritingUser(); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		view, err := tx.SavedViewByID(ctx, viewID)
		if err != nil {
			return err
		}
		if view.UserID != actor.UserID && !(view.Shared && actor.Can(PermSettingsWrite)) {
			return errs.New(errs.KindNotFound, "access.view_missing", nil)
		}
		if err := tx.DeleteSavedView(ctx, viewID); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "saved_view.delete", "saved_view:"+viewID, viewStateOf(view), nil)
	})
}
