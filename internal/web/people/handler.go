// Package people is the pages of the organisation: the tree of regions and teams, the list of persons, one person with the whole
// history on both time axes, and the forms for hires, moves, departures and leaders.
package people

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	people *org.Service
	users  *access.Service
}

// New returns a Handler.
func New(people *org.Service, users *access.Service) *Handler { return &Handler{people, users} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /people", h.list)
	handle("GET /people/export/{format}", h.export)
	handle("GET /people/new", h.newPerson)
	handle("GET /suggest/people", h.suggest)
	handle("POST /people", h.hire)
	handle("GET /people/{id}", h.show)
	handle("POST /people/{id}/{act}", h.act)
}

// suggestedMax is how many people are offered while somebody types.
const suggestedMax = 20

// suggest answers with people of one's reach that fit what is typed, by number and name, as options of a list.
func (h *Handler) suggest(w http.ResponseWriter, r *http.Request) error {
	typed := strings.TrimSpace(r.URL.Query().Get("q"))
	page, err := h.people.List(r.Context(), access.ActorFrom(r.Context()), org.Filter{When: org.Now(), Search: typed, Paging: fact.Paging{Limit: suggestedMax}})
	if err != nil {
		return err
	}
	var options []ui.Option
	for _, m := range page.Members {
		options = append(options, ui.Option{Value: m.Key, Label: strings.Trim(m.Name+" · "+m.TeamName, " ·")})
	}
	return ui.Write(w, r, http.StatusOK, ui.Offered(ui.OfferedFor(typed, options)))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func personURL(id int64) string { return "/people/" + number(id) }

// whenOf reads the point on both time axes: "valid" is a day; "recorded" the number of a batch, or a day, which stands for its end in
// the company's zone.
func whenOf(query url.Values, zone *time.Location) (when org.When, err error) {
	var c fact.Checker
	when = org.Now()
	if text := query.Get("valid"); text != "" {
		if when.Valid, err = calendar.ParseDate(text); err != nil {
			c.Add("valid", text, "form.error.date", nil)
		}
	}
	if text := query.Get("recorded"); text != "" {
		batch, batchErr := strconv.ParseInt(text, 10, 64)
		day, dayErr := calendar.ParseDate(text)
		switch {
		case dayErr == nil && day != calendar.Forever:
			year, month, date := (day + 1).Civil()
			when.By = time.Date(year, month, date, 0, 0, 0, 0, zone).Add(-time.Microsecond)
		case batchErr == nil && batch > 0:
			when.Recorded = fact.BatchID(batch)
		default:
			c.Add("recorded", text, "form.error.date", nil)
		}
	}
	return when, c.Err()
}

// request is what the list is asked for.
type request struct {
	query  url.Values
	filter org.Filter
	sort   ui.Sort
	before int
	wrong  error
	views  []access.SavedView
}

// plain is the query without the place in the list.
func (q request) plain() url.Values {
	plain := url.Values{}
	for name, values := range q.query {
		if name != "cursor" {
			plain[name] = values
		}
	}
	return plain
}

func columns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: org.SortName, Label: p.T("people.name"), Sortable: true, Phone: true, Fixed: true},
		{Key: org.SortKey, Label: p.T("people.key"), Sortable: true, Kind: ui.ColumnNarrow},
		{Key: "level", Label: p.T("people.level"), Phone: true},
		{Key: "team", Label: p.T("common.team")},
		{Key: "region", Label: p.T("common.region")},
		{Key: org.SortHired, Label: p.T("people.hired"), Sortable: true, Kind: ui.ColumnNarrow},
		{Key: "left", Label: p.T("people.last_day"), Kind: ui.ColumnNarrow},
	}
}

func requestOf(r *http.Request) request {
	q := request{query: url.Values{}}
	for name, values := range r.URL.Query() {
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" {
				q.query.Add(name, v)
			}
		}
	}
	q.sort = ui.ParseSort(q.query.Get("sort"), columns(nil), ui.Sort{Key: org.SortKey})
	before, cursor := ui.PlaceOf(q.query.Get("cursor"))
	q.before = before
	var c fact.Checker
	id := func(name string) int64 {
		n, err := strconv.ParseInt(q.query.Get(name), 10, 64)
		if err != nil && q.query.Get(name) != "" {
			c.Add(name, q.query.Get(name), "form.error.choice", nil)
		}
		return n
	}
	q.filter = org.Filter{Search: q.query.Get("q"), RegionID: id("region"), TeamID: id("team"), Level: org.Level(q.query.Get("level")),
		Employment: org.Employment(q.query.Get("employment")), Paging: fact.Paging{Sort: q.sort.Key, Descending: q.sort.Descending, Cursor: cursor}}
	if !q.query.Has("employment") {
		q.filter.Employment = org.Employed
	} else if q.query.Get("employment") == "all" {
		q.filter.Employment = org.EmployedAny
	}
	if q.filter.When, q.wrong = whenOf(q.query, httpx.PrinterFrom(r.Context()).Zone()); q.wrong == nil {
		q.wrong = c.Err()
	}
	return q
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, q := r.Context(), access.ActorFrom(r.Context()), requestOf(r)
	var page org.Page
	err := q.wrong
	if err == nil {
		page, err = h.people.List(ctx, actor, q.filter)
	}
	if err != nil && !errs.Is(err, errs.KindInvalid) {
		return err
	}
	when := q.filter.When
	if err != nil {
		when = org.Now()
	}
	tree, treeErr := h.people.Tree(ctx, actor, when)
	if treeErr != nil {
		return treeErr
	}
	var viewErr error
	if q.views, viewErr = h.users.ListViews(ctx, actor, "people"); viewErr != nil {
		return viewErr
	}
	status := http.StatusOK
	if err != nil {
		status = httpx.StatusOf(err)
	}
	return ui.Write(w, r, status, listPage(ctx, actor, q, page, tree, err))
}

func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, q, p := r.Context(), access.ActorFrom(r.Context()), requestOf(r), httpx.PrinterFrom(r.Context())
	if q.wrong != nil {
		return q.wrong
	}
	return httpx.Download(w, httpx.Export{
		Name: "people", Sheet: p.T("nav.people"), Format: r.PathValue("format"), More: p.T("people.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("people.key"), p.T("people.name"), p.T("people.level"), p.T("people.roles"), p.T("common.team"), p.T("common.region"), p.T("people.hired"), p.T("people.last_day")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.people.Each(ctx, actor, q.filter, func(m org.Member) error {
				return write(tabular.Text(m.Key), tabular.Text(m.Name), tabular.Text(levelText(p, m.Assignment.Level)), tabular.Text(strings.Join(m.Assignment.Roles, " ")),
					tabular.Text(m.TeamName), tabular.Text(m.RegionName), tabular.Text(m.Hired.String()), tabular.Text(lastDay(m.Left)))
			})
		},
	})
}

// lastDay writes the last day employed; nothing for who stays.
func lastDay(left calendar.Date) string {
	if left == calendar.Forever || left == calendar.NoDate {
		return ""
	}
	return (left - 1).String()
}

func (h *Handler) newPerson(w http.ResponseWriter, r *http.Request) error {
	return h.drawNew(w, r, http.StatusOK, nil)
}

func (h *Handler) drawNew(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermOrgWrite); err != nil {
		return err
	}
	tree, err := h.people.Tree(ctx, actor, org.Now())
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, newPage(ctx, r, tree, h.people.Today(), failure))
}

// day reads a day of a form.
func day(r *http.Request, name string, c *fact.Checker) calendar.Date {
	d, err := calendar.ParseDate(r.PostFormValue(name))
	if err != nil {
		c.Add(name, r.PostFormValue(name), "form.error.date", nil)
	}
	return d
}

func roles(r *http.Request) []string {
	return strings.Fields(strings.NewReplacer("，", " ", ",", " ", "、", " ").Replace(r.PostFormValue("roles")))
}

func team(r *http.Request, c *fact.Checker) int64 {
	if r.PostFormValue("team") == "" {
		return 0
	}
	id, err := strconv.ParseInt(r.PostFormValue("team"), 10, 64)
	if err != nil {
		c.Add("team", r.PostFormValue("team"), "form.error.choice", nil)
	}
	return id
}

func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict || kind == errs.KindForbidden
}

func (h *Handler) hire(w http.ResponseWriter, r *http.Request) error {
	var c fact.Checker
	in := org.Hire{Key: strings.TrimSpace(r.PostFormValue("key")), Name: strings.TrimSpace(r.PostFormValue("name")), TeamID: team(r, &c), Level: org.Level(r.PostFormValue("level")),
		Roles: roles(r), On: day(r, "on", &c)}
	err := c.Err()
	var id int64
	var receipt fact.Receipt
	if err == nil {
		id, receipt, err = h.people.Hire(r.Context(), access.ActorFrom(r.Context()), in)
	}
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawNew(w, r, httpx.StatusOf(err), err)
	}
	return done(w, r, personURL(id), receipt)
}

// done goes on to a person's page, which then says whether the change came late.
func done(w http.ResponseWriter, r *http.Request, path string, receipt fact.Receipt) error {
	query := url.Values{"saved": {"1"}}
	switch {
	case receipt.Batch == 0:
		query.Set("saved", "0")
	case receipt.Late:
		query.Set("late", receipt.Month.String())
	}
	http.Redirect(w, r, path+"?"+query.Encode(), http.StatusSeeOther)
	return nil
}

func personID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "org.person_missing", nil)
	}
	return id, nil
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, "", nil)
}

// draw answers with a person's page; act is the form that failed.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := personID(r)
	if err != nil {
		return err
	}
	when, err := whenOf(r.URL.Query(), httpx.PrinterFrom(r.Context()).Zone())
	if err != nil {
		when, failure, status = org.Now(), err, httpx.StatusOf(err)
	}
	s := shown{actor: actor, request: r, act: act, failure: failure, today: h.people.Today()}
	if s.detail, err = h.people.Person(ctx, actor, id, when); err != nil {
		return err
	}
	if s.tree, err = h.people.Tree(ctx, actor, org.Now()); err != nil {
		return err
	}
	var ids []string
	for _, m := range s.marks() {
		ids = append(ids, m.RecordedBy, m.SupersededBy)
	}
	if s.users, err = h.users.Names(ctx, ids); err != nil {
		return err
	}
	return ui.Write(w, r, status, personPage(ctx, s))
}

func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	id, err := personID(r)
	if err != nil {
		return err
	}
	ctx, actor, act := r.Context(), access.ActorFrom(r.Context()), r.PathValue("act")
	batch, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	seen := fact.BatchID(batch)
	var c fact.Checker
	var receipt fact.Receipt
	switch act {
	case "move":
		in := org.Move{PersonID: id, TeamID: team(r, &c), Level: org.Level(r.PostFormValue("level")), Roles: roles(r), On: day(r, "on", &c), Seen: seen}
		if err = c.Err(); err == nil {
			receipt, err = h.people.Move(ctx, actor, in)
		}
	case "leave":
		in := org.Leave{PersonID: id, On: calendar.Forever, Seen: seen}
		if r.PostFormValue("back") == "" {
			in.On = day(r, "on", &c) + 1 // the form asks for the last day
		}
		if err = c.Err(); err == nil {
			receipt, err = h.people.Leave(ctx, actor, in)
		}
	case "correct":
		in := org.Correct{PersonID: id, Key: strings.TrimSpace(r.PostFormValue("key")), Name: strings.TrimSpace(r.PostFormValue("name")), Hired: calendar.NoDate, Seen: seen}
		if r.PostFormValue("hired") != "" {
			in.Hired = day(r, "hired", &c)
		}
		if err = c.Err(); err == nil {
			receipt, err = h.people.Correct(ctx, actor, in)
		}
	case "lead":
		in := org.SetLeader{TeamID: team(r, &c), PersonID: id, On: day(r, "on", &c)}
		if err = c.Err(); err == nil {
			receipt, err = h.people.SetLeader(ctx, actor, in)
		}
	case "mentor", "unmentor":
		receipt, err = h.setMentor(ctx, r, actor, org.Mentor{TraineeID: id, TakeBack: act == "unmentor", Seen: seen})
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	switch {
	case err == nil:
		return done(w, r, personURL(id), receipt)
	case !mendable(err):
		return err
	}
	return h.draw(w, r, httpx.StatusOf(err), act, err)
}
