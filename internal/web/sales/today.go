package sales

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// One's own day, and what is put into it.
const (
	todayURL      = "/today"
	todayTasksURL = todayURL + "/tasks"
)

// nextChoices are the usual distances of the next contact, in days.
var nextChoices = []string{"", "1", "3", "7", "14"}

// followUpForm takes three taps: how, what, when again. Sentences are offered for what is said most.
func (h *Handler) followUpForm(p *i18n.Printer, r *http.Request, action string, failure error) ui.FormView {
	typed := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	var kinds, sentences, next []ui.Option
	for _, k := range followup.Kinds {
		kinds = append(kinds, ui.Option{Value: string(k), Label: p.Message(k.Message())})
		for _, m := range k.Sentences() {
			said := p.Message(m)
			sentences = append(sentences, ui.Option{Value: said, Label: said, Group: p.Message(k.Message())})
		}
	}
	for _, days := range nextChoices {
		label := p.T("followup.next_none")
		if n, err := strconv.Atoi(days); err == nil {
			label = p.T("followup.next_in", "Count", n)
		}
		next = append(next, ui.Option{Value: days, Label: label})
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "kind", Kind: ui.FieldRadio, Label: p.T("followup.kind"), Value: typed("kind", string(followup.KindCall)), Options: kinds, Span: 6},
		{Name: "next", Kind: ui.FieldRadio, Label: p.T("followup.next"), Value: typed("next", "3"), Options: next, Optional: true, Span: 6},
		{Name: "sentence", Kind: ui.FieldSelect, Label: p.T("followup.sentence"), Value: typed("sentence", ""), Options: sentences, Optional: true, Placeholder: p.T("followup.own_words")},
		{Name: "text", Kind: ui.FieldArea, Label: p.T("followup.text"), Value: typed("text", ""), Optional: true, Rows: 2},
		{Name: "next_on", Kind: ui.FieldDate, Label: p.T("followup.next_on"), Value: typed("next_on", ""), Optional: true, Fold: p.T("followup.more"), Span: 6},
		{Name: "occurred_at", Kind: ui.FieldTime, Label: p.T("followup.occurred_at"), Value: typed("occurred_at", ""), Optional: true, Hint: p.T("followup.occurred_hint"), Fold: p.T("followup.more"), Span: 6},
	}, failure, p)
	return ui.FormView{ID: "follow-up", Action: action, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("followup.save"), Kind: ui.ActionPrimary, Icon: "check"}}
}

// followUpOf reads the form: the sentence that was chosen comes before what was written.
func (h *Handler) followUpOf(r *http.Request, of followup.Entry) (in followup.Entry, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in = of
	in.Kind, in.Text, in.NextOn = followup.Kind(value("kind")), strings.TrimSpace(value("sentence")+"\n"+value("text")), calendar.NoDate
	var c fact.Checker
	if days := value("next"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 366 {
			c.Add("next", days, "form.error.choice", nil)
		} else {
			in.NextOn = h.today() + calendar.Date(n)
		}
	}
	if day := value("next_on"); day != "" {
		if in.NextOn, err = calendar.ParseDate(day); err != nil {
			in.NextOn = calendar.NoDate
			c.Add("next_on", day, "form.error.date", nil)
		}
	}
	if at := value("occurred_at"); at != "" {
		if in.OccurredAt, err = time.ParseInLocation("2006-01-02T15:04", at, h.Now().Location()); err != nil {
			c.Add("occurred_at", at, "form.error.date", nil)
		}
	}
	return in, c.Err()
}

// taskItems are lines of tasks with what may be done to them; back is where the act leads back to.
func (h *Handler) taskItems(p *i18n.Printer, tasks []followup.Task, may bool, back string) (items []ui.Item) {
	for _, t := range tasks {
		item := ui.Item{Icon: "calendar-due", Title: t.Title, Clock: h.nextClock(p, t.DueOn)}
		if t.Kind == followup.TaskContact {
			item.Icon, item.Title = "phone", p.T("followup.contact", "Customer", text(t.CustomerName))
		}
		if t.CustomerID != 0 {
			item.URL = customerURL(t.CustomerID)
		}
		if t.OpportunityID != 0 {
			item.URL, item.Detail = opportunityURL(t.OpportunityID), t.OpportunityName
			if t.AmountMinor != 0 {
				item.Beside = p.Money(t.AmountMinor, t.Currency)
			}
		}
		if may {
			item.Actions = h.taskActions(p, t, back)
		}
		items = append(items, item)
	}
	return items
}

// aboutURL leads to what a contact is about: its opportunity, or its customer.
func aboutURL(t followup.Task) string {
	if t.OpportunityID == 0 {
		return customerURL(t.CustomerID)
	}
	return opportunityURL(t.OpportunityID)
}

// taskActions are what may be done to a task; back is where an act leads back to.
func (h *Handler) taskActions(p *i18n.Printer, t followup.Task, back string) (actions []ui.Action) {
	fields := func() map[string][]string { return map[string][]string{"seen": {number(t.Revision)}, "back": {back}} }
	address := todayTasksURL + "/" + number(t.ID)
	if t.Kind == followup.TaskContact {
		actions = append(actions, ui.Action{Label: p.T("followup.save"), Small: true, Kind: ui.ActionPrimary, URL: aboutURL(t) + "#follow"})
	} else {
		actions = append(actions, ui.Action{Label: p.T("followup.done"), Small: true, Kind: ui.ActionPrimary, Post: true, URL: address + "/done", Fields: fields()})
	}
	if t.DueOn <= h.today() { // what comes later would come sooner
		actions = append(actions, ui.Action{Label: p.T("followup.put_off"), Small: true, Post: true, URL: address + "/put-off", Fields: fields()})
	}
	return append(actions, ui.Action{Label: p.T("followup.drop"), Small: true, Kind: ui.ActionGhost, Post: true, URL: address + "/drop", Fields: fields()})
}

func (h *Handler) showToday(w http.ResponseWriter, r *http.Request) error {
	return h.drawToday(w, r, http.StatusOK, nil)
}

func (h *Handler) taskForm(p *i18n.Printer, r *http.Request, failure error) ui.FormView {
	title, due := "", h.today().String()
	if failure != nil {
		title, due = r.PostFormValue("title"), r.PostFormValue("due_on")
	}
	fields, problem := ui.WithErrors([]ui.Field{{Name: "title", Label: p.T("followup.task_title"), Value: title, Span: 8}, {Name: "due_on", Kind: ui.FieldDate, Label: p.T("followup.due_on"), Value: due, Span: 4}}, failure, p)
	return ui.FormView{ID: "task", Action: todayTasksURL, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("followup.add_task"), Kind: ui.ActionPrimary, Icon: "plus"}}
}

func (h *Handler) addTask(w http.ResponseWriter, r *http.Request) error {
	in := followup.TaskEntry{Title: strings.TrimSpace(r.PostFormValue("title")), DueOn: calendar.NoDate}
	var err error
	if day := strings.TrimSpace(r.PostFormValue("due_on")); day != "" {
		if in.DueOn, err = calendar.ParseDate(day); err != nil {
			err = errs.Invalid("fact.invalid", []errs.Field{{Path: "due_on", Value: day, Message: errs.Msg("form.error.date", nil)}})
		}
	}
	if err == nil {
		_, err = h.FollowUps.AddTask(r.Context(), access.ActorFrom(r.Context()), in)
	}
	return h.afterTask(w, r, err)
}

// changeTask ends a task, or puts it off by a day.
func (h *Handler) changeTask(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := idOf(r.PathValue("id"), "followup.task_missing")
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	switch r.PathValue("act") {
	case "done":
		err = h.FollowUps.EndTask(ctx, actor, id, followup.TaskDone, seen)
	case "drop":
		err = h.FollowUps.EndTask(ctx, actor, id, followup.TaskDropped, seen)
	case "put-off":
		err = h.FollowUps.PutOff(ctx, actor, id, h.today()+1, seen)
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return h.afterTask(w, r, err)
}

// afterTask goes back to where the task was shown: one's day, an opportunity or a customer.
func (h *Handler) afterTask(w http.ResponseWriter, r *http.Request, err error) error {
	switch {
	case err == nil:
		back := todayURL
		if id, ok := strings.CutPrefix(r.PostFormValue("back"), "/customers/"); ok {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil {
				back = customerURL(n)
			}
		}
		if id, ok := strings.CutPrefix(r.PostFormValue("back"), opportunitiesURL+"/"); ok {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil {
				back = opportunityURL(n)
			}
		}
		http.Redirect(w, r, back+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawToday(w, r, httpx.StatusOf(err), err)
}
