package app

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/store"
	"xiaoguan/internal/web/notices"
	"xiaoguan/internal/web/ui"
)

// frame puts what surrounds a page into the context.
func (a *App) frame(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		settings := a.Company.Current(r.Context())
		p := httpx.PrinterFrom(r.Context()).In(a.Company.Zone())
		frame := ui.Frame{Company: settings.Name, Path: r.URL.RequestURI(), Version: a.options.Version, Fiscal: settings.FiscalYear(), Printed: a.now().Format("2006-01-02 15:04")}
		actor := access.ActorFrom(r.Context())
		if user, ok := r.Context().Value(userKey{}).(access.User); ok {
			frame.Person = ui.Person{Name: user.Name, SignOut: "/sign-out", Links: []ui.Link{{Label: p.T("nav.account"), URL: "/account"}}}
			if len(user.Grants) > 0 {
				frame.Person.Role = p.T("access.role." + string(user.Grants[0].Role))
			}
			if item, open := a.setUpItem(r.Context(), actor, p); open {
				frame.Nav, frame.Phone = []ui.NavGroup{{Items: []ui.NavItem{item}}}, []ui.NavItem{item}
			}
			navigate(&frame, actor, p, r)
			a.ring(r.Context(), &frame, actor)
		}
		ctx := httpx.WithPreferences(r.Context(), httpx.PreferencesFrom(r.Context()), p)
		next.ServeHTTP(w, r.WithContext(ui.WithFrame(ctx, frame)))
	})
}

// ring puts the bell into the frame, and its count beside the place of messages. Not being able to tell shows none: the page that was asked
// for matters more.
func (a *App) ring(ctx context.Context, frame *ui.Frame, actor access.Actor) {
	counts, err := a.Notices.Counts(ctx, actor)
	unread := int(counts.Unread)
	if err != nil {
		unread = 0
	}
	frame.Bell = &ui.Bell{URL: "/notices", Source: notices.BellPath, Unread: unread}
	for _, items := range append([]ui.NavGroup{{Items: frame.Phone}}, frame.Nav...) {
		for i := range items.Items {
			if items.Items[i].Key == placeNotices {
				items.Items[i].Count, items.Items[i].Live = unread, true
			}
		}
	}
}

// setUpItem is the way to what is still to be set up, while there is something. Not being able to tell hides it: the page that was asked
// for matters more.
func (a *App) setUpItem(ctx context.Context, actor access.Actor, p *i18n.Printer) (ui.NavItem, bool) {
	waiting, err := a.Company.Waiting(ctx, actor)
	return ui.NavItem{Key: "start", Label: p.T("nav.start"), Icon: "list-check", URL: "/start", Count: waiting}, err == nil && waiting > 0
}

// nameFinder finds names for pages.
type nameFinder struct {
	db    *store.DB
	users *access.Service
}

func (a *App) names() nameFinder { return nameFinder{a.DB, a.Users} }

// PersonNames returns the names of persons by id. Who may open the page that asks may see the names on it.
func (n nameFinder) PersonNames(ctx context.Context, _ access.Actor, ids []int64) (names map[int64]string, err error) {
	err = n.db.Read(ctx, func(tx *store.Tx) error {
		names, err = tx.PersonNames(ctx, ids)
		return err
	})
	return names, err
}

// TeamNames returns the names of all teams by id, for who sees others' pay or the organisation.
func (n nameFinder) TeamNames(ctx context.Context, actor access.Actor) (names map[int64]string, err error) {
	if !actor.Can(access.PermOrgRead) && !actor.Can(access.PermPayTeam) && !actor.Can(access.PermPayAll) {
		return nil, nil
	}
	err = n.db.Read(ctx, func(tx *store.Tx) error {
		names, err = tx.TeamNames(ctx)
		return err
	})
	return names, err
}

// RegionNames returns the names of the regions of today by id, for who sees the organisation or the users.
func (n nameFinder) RegionNames(ctx context.Context, actor access.Actor) (names map[int64]string, err error) {
	if !actor.Can(access.PermOrgRead) && !actor.Can(access.PermUsersRead) {
		return nil, nil
	}
	err = n.db.Read(ctx, func(tx *store.Tx) error {
		names, err = tx.RegionNames(ctx)
		return err
	})
	return names, err
}

// UserNames returns the names of users by id.
func (n nameFinder) UserNames(ctx context.Context, _ access.Actor, ids []string) (map[string]string, error) {
	return n.users.Names(ctx, ids)
}

// PersonByKey returns the id of the person with the company's number.
func (n nameFinder) PersonByKey(ctx context.Context, key string) (id int64, err error) {
	err = n.db.Read(ctx, func(tx *store.Tx) error {
		id, err = tx.PersonByKey(ctx, key)
		return err
	})
	return id, err
}

// PersonKey returns the company's number of the person.
func (n nameFinder) PersonKey(ctx context.Context, id int64) (key string, err error) {
	err = n.db.Read(ctx, func(tx *store.Tx) error {
		key, err = tx.PersonKey(ctx, id)
		return err
	})
	return key, err
}
