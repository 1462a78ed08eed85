package app

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/store"
	"xiaoguan/internal/web/ui"
)

// entry is a place of the navigation.
type entry struct {
	key, url, icon string
	phone          bool
}

// navigation is what an actor may open, in groups: only what exists and only what opens.
func navigation(actor access.Actor) [][]entry {
	var mine, sales, incentives, base, settings []entry
	if actor.PersonID != 0 {
		mine = append(mine, entry{"pay", "/pay", "wallet", true}, entry{"my-plans", "/my-plans", "file-text", false})
	}
	// Who has a say in others' pay finds disputes beside the months; everybody else finds their own beside their pay.
	asks := actor.Can(access.PermPayTeam) || actor.Can(access.PermPayAll)
	if actor.PersonID != 0 && !asks {
		mine = append(mine, entry{"disputes", "/disputes", "message-report", false})
	}
	mine = append(mine, entry{"honours", "/honours", "award", false})
	if actor.Can(access.PermSalesRead) {
		sales = append(sales, entry{"customers", "/customers", "users", true}, entry{"deals", "/deals", "file-text", false}, entry{"payments", "/payments", "cash", true}, entry{"invoices", "/invoices", "receipt", false},
			entry{"quotas", "/quotas", "target-arrow", false}, entry{"given", "/given", "list-check", false})
	}
	if actor.Can(access.PermPlanRead) {
		incentives = append(incentives, entry{"plans", "/plans", "report-money", false})
	}
	if actor.Can(access.PermPeriodRun) || actor.Can(access.PermPeriodApprove) || actor.Can(access.PermPayAll) {
		incentives = append(incentives, entry{"months", "/months", "calendar", true}, entry{"retro", "/retro", "history", false})
	}
	if actor.Can(access.PermAdjustmentWrite) || actor.Can(access.PermAdjustmentApprove) || actor.Can(access.PermPayAll) {
		incentives = append(incentives, entry{"adjustments", "/adjustments", "pencil", false})
	}
	if asks {
		incentives = append(incentives, entry{"statements", "/statements", "receipt", false}, entry{"disputes", "/disputes", "message-report", false})
	}
	if actor.Can(access.PermPayAll) {
		incentives = append(incentives, entry{"simulations", "/simulations", "git-compare", false}, entry{"budget", "/budget", "scale", false})
		incentives = append(incentives, entry{"law", "/law", "shield-check", false})
	}
	if actor.Can(access.PermLedgerRead) {
		incentives = append(incentives, entry{"ledger", "/ledger", "building-bank", false})
	}
	if actor.Can(access.PermOrgRead) {
		base = append(base, entry{"people", "/people", "sitemap", true})
	}
	// Everybody who sees sales data may open the rates; who minds the books is led there.
	if actor.Can(access.PermSalesRead) && (actor.Can(access.PermSalesWrite) || actor.Can(access.PermLedgerRead)) {
		base = append(base, entry{"rates", "/rates", "currency-yuan", false})
	}
	if actor.Can(access.PermImport) {
		base = append(base, entry{"imports", "/imports", "upload", false})
	}
	if actor.Can(access.PermSettingsWrite) {
		settings = append(settings, entry{"company", "/company", "building-bank", false})
	}
	if actor.Can(access.PermLawWrite) && !actor.Can(access.PermPayAll) { // who sees no pay keeps the figures
		settings = append(settings, entry{"law-rules", "/law/rules", "scale", false})
	}
	if actor.Can(access.PermUsersRead) {
		settings = append(settings, entry{"users", "/users", "users", false})
	}
	if actor.Can(access.PermAuditRead) {
		settings = append(settings, entry{"audit", "/audit", "history", false})
	}
	if actor.Can(access.PermJobsRead) {
		settings = append(settings, entry{"jobs", "/jobs", "list-check", false})
	}
	return [][]entry{mine, sales, incentives, base, settings}
}

var groupKeys = []string{"", "nav.sales", "nav.incentives", "nav.base", "nav.settings"}

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
			for i, group := range navigation(actor) {
				shown := ui.NavGroup{}
				if groupKeys[i] != "" {
					shown.Title = p.T(groupKeys[i])
				}
				for _, e := range group {
					item := ui.NavItem{Key: e.key, Label: p.T("nav." + e.key), Icon: e.icon, URL: e.url}
					shown.Items = append(shown.Items, item)
					if e.phone && len(frame.Phone) < 4 {
						frame.Phone = append(frame.Phone, item)
					}
				}
				if len(shown.Items) > 0 {
					frame.Nav = append(frame.Nav, shown)
				}
			}
		}
		ctx := httpx.WithPreferences(r.Context(), httpx.PreferencesFrom(r.Context()), p)
		next.ServeHTTP(w, r.WithContext(ui.WithFrame(ctx, frame)))
	})
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
