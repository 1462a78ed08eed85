package followup_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// desk is the work of A and B, who are in different teams; L leads A.
type desk struct {
	*followup.Service
	t             *testing.T
	db            *store.DB
	opportunities *opportunity.Service
	a, b, lead    access.Actor
	case1         opportunity.Opportunity // of A
}

var today = calendar.DateOf(storetest.Start)

func onBoth(t *testing.T, test func(d desk)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		d := desk{t: t, db: db, Service: followup.NewService(db.FollowUpStore(), storetest.Clock()),
			opportunities: opportunity.NewService(db.Opportunities(), deal.NewService(db.Deals(), storetest.Clock()), storetest.Clock())}
		ids := map[string]int64{}
		d.must(db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			d.must(err)
			put := func(_ fact.Outcome, err error) { d.must(err) }
			put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
			for _, p := range [][2]string{{"A", "T1"}, {"L", "T1"}, {"B", "T2"}} {
				put(w.PutTeam(ctx, fact.TeamRecord{Key: p[1], Name: p[1], Region: "E"}))
				put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 900, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
			}
			put(w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "L", From: calendar.NoDate}))
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: "C", Name: "恒越精密"}))
			_, err = w.Finish(ctx)
			return err
		}))
		d.must(db.Read(ctx, func(tx *store.Tx) (err error) {
			for _, key := range []string{"A", "B", "L"} {
				if ids[key], err = tx.OrgPersonID(ctx, key); err != nil {
					return err
				}
			}
			return nil
		}))
		actor := func(key string, role access.Role, scope access.ScopeKind) access.Actor {
			return access.Actor{UserID: "u-" + key, Name: "销售" + key, PersonID: ids[key], Grants: []access.Grant{{Role: role, Scope: scope}}}
		}
		d.a, d.b, d.lead = actor("A", access.RoleSeller, access.ScopeOwn), actor("B", access.RoleSeller, access.ScopeOwn), actor("L", access.RoleLead, access.ScopeTeamAndBelow)
		var err error
		d.case1, err = d.opportunities.Save(ctx, d.a, opportunity.Entry{Name: "产线改造", Customer: "C", Currency: money.CNY, ExpectedOn: today + 20})
		d.must(err)
		test(d)
	})
}

func (d desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) refused(what string, err error, kind errs.Kind) {
	d.t.Helper()
	if !errs.Is(err, kind) {
		d.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func (d desk) record(actor access.Actor, in followup.Entry) followup.FollowUp {
	d.t.Helper()
	in.OpportunityID = d.case1.ID
	f, err := d.Record(d.t.Context(), actor, in)
	d.must(err)
	return f
}

func TestAFollowUpSettlesTheContactAndArrangesTheNext(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		d.record(d.a, followup.Entry{Kind: followup.KindCall, Text: "电话沟通", NextOn: today + 3})
		day, err := d.Mine(ctx, d.a)
		d.must(err)
		if len(day.Ahead) != 1 || day.Ahead[0].Kind != followup.TaskContact || day.Ahead[0].DueOn != today+3 || day.Ahead[0].CustomerName != "恒越精密" || day.OverdueCount+day.DueCount != 0 {
			d.t.Errorf("the day after the first contact: %+v", day)
		}
		// The lead visits, reports it late, and arranges the next contact: it is the owner's.
		earlier := storetest.Start.Add(-50 * time.Hour)
		d.record(d.lead, followup.Entry{Kind: followup.KindVisit, Text: "上门\r\n见到决策人", OccurredAt: earlier, NextOn: today})
		tasks, err := d.OfOpportunity(ctx, d.a, d.case1.ID)
		d.must(err)
		if len(tasks) != 1 || tasks[0].DueOn != today || tasks[0].PersonID != d.a.PersonID {
			d.t.Errorf("tasks after the second: %+v", tasks)
		}
		o, err := d.opportunities.Get(ctx, d.a, d.case1.ID)
		d.must(err)
		if o.NextOn != today || !o.FollowedAt.After(earlier) || o.Revision != 1 {
			d.t.Errorf("a late report turned the clock back, or took a revision: %+v", o.Opportunity)
		}
		history, err := d.History(ctx, d.a, d.case1.ID, 0, 10)
		if err != nil || len(history) != 2 || history[0].Text != "上门\n见到决策人" || history[0].PersonName != "销售L" || history[1].Kind != followup.KindCall {
			d.t.Errorf("history %+v %v", history, err)
		}
		events, err := d.opportunities.Events(ctx, d.a, d.case1.ID)
		d.must(err)
		var activities []process.Activity
		for _, e := range events {
			activities = append(activities, e.Activity)
		}
		want := []process.Activity{process.ActivityOpened, process.ActivityFirst, process.ActivityNextContact, process.ActivityContacted, process.ActivityNextContact}
		if !slices.Equal(activities, want) {
			d.t.Errorf("activities %v, want %v", activities, want)
		}
		if e := events[3]; !e.OccurredAt.Equal(earlier) || !strings.HasPrefix(e.Source, "follow_up:") || string(e.Data) != `{"kind":"visit","stage":"development"}` {
			d.t.Errorf("the visit: %+v %s", e, e.Data)
		}
		_, err = d.opportunities.Lose(ctx, d.a, opportunity.Lose{ID: d.case1.ID, For: "budget"})
		d.must(err)
		if day, err := d.Mine(ctx, d.a); err != nil || day.DueCount != 0 {
			d.t.Errorf("a contact of what is lost is still due: %+v %v", day, err)
		}
	})
}

func TestFollowUpsThatAreRefused(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		good := followup.Entry{OpportunityID: d.case1.ID, Kind: followup.KindCall, Text: "x", NextOn: calendar.NoDate}
		for name, change := range map[string]func(*followup.Entry){
			"no text": func(in *followup.Entry) { in.Text = " \n " }, "no kind": func(in *followup.Entry) { in.Kind = "telepathy" }, "from the future": func(in *followup.Entry) { in.OccurredAt = storetest.Start.AddDate(0, 0, 1) },
			"from long ago": func(in *followup.Entry) { in.OccurredAt = storetest.Start.AddDate(-3, 0, 0) }, "a next day that has passed": func(in *followup.Entry) { in.NextOn = today - 1 },
			"a book": func(in *followup.Entry) { in.Text = strings.Repeat("长", 2001) }, "a control character": func(in *followup.Entry) { in.Text = "a\x00b" },
		} {
			in := good
			change(&in)
			_, err := d.Record(ctx, d.a, in)
			d.refused(name, err, errs.KindInvalid)
		}
		_, err := d.Record(ctx, d.b, good)
		d.refused("who does not see it", err, errs.KindNotFound)
		_, err = d.History(ctx, d.b, d.case1.ID, 0, 10)
		d.refused("reading what one does not see", err, errs.KindNotFound)
		_, err = d.Record(ctx, access.Actor{UserID: "x", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}, good)
		d.refused("who only reads", err, errs.KindForbidden)
		readOnly := d.a
		readOnly.ReadOnly = true
		_, err = d.Record(ctx, readOnly, good)
		d.refused("a read-only key", err, errs.KindForbidden)
		if history, err := d.History(ctx, d.a, d.case1.ID, 0, 10); err != nil || len(history) != 0 {
			d.t.Errorf("something was recorded: %+v %v", history, err)
		}
	})
}

func TestTasksAreDoneOnceByWhoMay(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		given, err := d.AddTask(ctx, d.lead, followup.TaskEntry{Title: "给客户送样", Person: "A", DueOn: today})
		d.must(err)
		_, err = d.AddTask(ctx, d.a, followup.TaskEntry{Title: "帮我", Person: "B", DueOn: today})
		d.refused("for somebody out of reach", err, errs.KindInvalid)
		_, err = d.AddTask(ctx, d.b, followup.TaskEntry{Title: "看看", OpportunityID: d.case1.ID, DueOn: today})
		d.refused("about what one does not see", err, errs.KindNotFound)
		_, err = d.AddTask(ctx, d.a, followup.TaskEntry{DueOn: today - 1})
		d.refused("nothing, yesterday", err, errs.KindInvalid)
		day, err := d.Mine(ctx, d.a)
		if err != nil || day.DueCount != 1 || len(day.Due) != 1 || day.Due[0].Title != "给客户送样" {
			d.t.Errorf("day %+v %v", day, err)
		}
		d.refused("another's task", d.EndTask(ctx, d.b, given.ID, followup.TaskDone, 0), errs.KindNotFound)
		d.must(d.PutOff(ctx, d.a, given.ID, today+1, given.Revision))
		d.refused("somebody who saw it before", d.EndTask(ctx, d.lead, given.ID, followup.TaskDone, given.Revision), errs.KindConflict)
		d.refused("put off to the past", d.PutOff(ctx, d.a, given.ID, today-1, 0), errs.KindInvalid)
		d.must(d.EndTask(ctx, d.a, given.ID, followup.TaskDone, given.Revision+1))
		d.refused("done twice", d.EndTask(ctx, d.a, given.ID, followup.TaskDone, 0), errs.KindConflict)
		d.refused("a made-up end", d.EndTask(ctx, d.a, given.ID, "forgotten", 0), errs.KindInvalid)
		nobody := d.a
		nobody.PersonID = 0
		_, err = d.Mine(ctx, nobody)
		d.refused("the day of nobody", err, errs.KindNotFound)
	})
}

// TestContactsGoToTheNewOwner hands an opportunity over: who gets it has the contact that was arranged in their day.
func TestContactsGoToTheNewOwner(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		d.record(d.a, followup.Entry{Kind: followup.KindWeChat, Text: "x", NextOn: today})
		_, err := d.opportunities.Save(ctx, d.lead, opportunity.Entry{ID: d.case1.ID, Name: "产线改造", Customer: "C", Owner: "L", Currency: money.CNY, ExpectedOn: today + 20})
		d.must(err)
		for actor, want := range map[*access.Actor]int64{&d.a: 0, &d.lead: 1} {
			if day, err := d.Mine(ctx, *actor); err != nil || day.DueCount != want {
				d.t.Errorf("%s has %d due %v", actor.Name, day.DueCount, err)
			}
		}
	})
}

// TestPlacesAreForgotten: a place is shown to who reads the follow-up, is not in the audit log, and goes after its time; the follow-up stays.
func TestPlacesAreForgotten(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		f := d.record(d.a, followup.Entry{Kind: followup.KindVisit, Text: "x", NextOn: calendar.NoDate, Place: &followup.Place{North: 3124, East: 12147}})
		got, err := d.Get(ctx, d.a, f.ID)
		d.must(err)
		if got.Place == nil || *got.Place != (followup.Place{North: 3124, East: 12147}) || got.Files != 0 {
			d.t.Errorf("%+v", got)
		}
		_, err = d.Get(ctx, d.b, f.ID)
		d.refused("who does not see it", err, errs.KindNotFound)
		for _, entry := range monthtest.QueryTexts(d.t, d.db, "SELECT after_state FROM audit_entry WHERE action = 'follow_up.record'") {
			if strings.Contains(entry, "3124") || !strings.Contains(entry, "placed") {
				d.t.Errorf("audited: %s", entry)
			}
		}
		_, err = d.Record(ctx, d.a, followup.Entry{OpportunityID: d.case1.ID, Kind: followup.KindVisit, Text: "x", NextOn: calendar.NoDate, Place: &followup.Place{North: 0, East: 18001}})
		d.refused("nowhere on earth", err, errs.KindInvalid)
		for want, days := range []int{followup.PlaceDays - 1, followup.PlaceDays + 1} { // none, then one
			later := followup.NewService(d.db.FollowUpStore(), func() time.Time { return storetest.Start.AddDate(0, 0, days) })
			if n, err := later.ForgetPlaces(ctx); err != nil || n != int64(want) {
				d.t.Errorf("after %d days %d places were forgotten, %v", days, n, err)
			}
		}
		if got, err = d.Get(ctx, d.a, f.ID); err != nil || got.Place != nil || got.Text != "x" {
			d.t.Errorf("afterwards: %+v, %v", got, err)
		}
	})
}

// TestTheNextContactIsArrangedWithoutAFollowUp: the task goes along, whoever decided on another day is told, and a task that is put off or ended takes the
// day of the opportunity along.
func TestTheNextContactIsArrangedWithoutAFollowUp(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		arrange := func(who access.Actor, on calendar.Date, seen ...calendar.Date) error {
			in := followup.Arrangement{OpportunityID: d.case1.ID, On: on}
			if len(seen) > 0 {
				in.Seen = &seen[0]
			}
			return d.Arrange(ctx, who, in)
		}
		is := func(what string, on calendar.Date, open int) followup.Task {
			d.t.Helper()
			o, err := d.opportunities.Get(ctx, d.a, d.case1.ID)
			d.must(err)
			tasks, err := d.OfOpportunity(ctx, d.a, d.case1.ID)
			d.must(err)
			if o.NextOn != on || len(tasks) != open || open > 0 && tasks[0].DueOn != on || o.Revision != 1 {
				d.t.Errorf("%s: next on %s, tasks %+v", what, o.NextOn, tasks)
			}
			return append(tasks, followup.Task{})[0]
		}
		d.must(arrange(d.a, today+3, calendar.NoDate))
		first := is("arranged", today+3, 1)
		if first.PersonID != d.a.PersonID || first.Kind != followup.TaskContact {
			d.t.Errorf("the task: %+v", first)
		}
		d.refused("a day that is not what was seen", arrange(d.lead, today+9, today+1), errs.KindConflict)
		d.must(arrange(d.lead, today+5, today+3))
		if moved := is("moved", today+5, 1); moved.ID != first.ID {
			d.t.Errorf("another task: %+v", moved)
		}
		d.must(d.PutOff(ctx, d.a, first.ID, today+6, 0))
		is("put off", today+6, 1)
		d.must(d.EndTask(ctx, d.a, first.ID, followup.TaskDone, 0))
		is("done", calendar.NoDate, 0)
		d.must(arrange(d.a, today+2))
		d.must(arrange(d.a, calendar.NoDate))
		is("given up", calendar.NoDate, 0)
		d.refused("a day that is over", arrange(d.a, today-1), errs.KindInvalid)
		d.refused("somebody else's", arrange(d.b, today+1), errs.KindNotFound)
		events, err := d.opportunities.Events(ctx, d.a, d.case1.ID)
		d.must(err)
		if got := len(events); got != 4 || events[3].Activity != process.ActivityNextContact { // opened, and three days that were arranged
			d.t.Errorf("events %+v", events)
		}
		_, err = d.opportunities.Lose(ctx, d.a, opportunity.Lose{ID: d.case1.ID, For: "budget"})
		d.must(err)
		d.refused("of what is lost", arrange(d.a, today+1), errs.KindConflict)
	})
}

// full refuses every photo after it has kept it.
type full struct{ kept int }

func (f *full) AddPhoto(ctx context.Context, tx followup.Tx, _ access.Actor, id int64, _ followup.Photo) error {
	f.kept++
	if _, err := tx.(*store.Tx).InsertAttachment(ctx, attachment.File{ID: fmt.Sprint("f", id), Subject: fmt.Sprint("follow_up:", id), Name: "a.jpg", AddedBy: "u", AddedAt: tx.Now()}, attachment.Content{Bytes: []byte("x")}); err != nil {
		return err
	}
	return errs.New(errs.KindConflict, "attachment.many", errs.Args{"Max": 1})
}

// TestAFollowUpAndItsPhotoAreKeptTogetherOrNotAtAll: what was written before the photo is refused goes with it.
func TestAFollowUpAndItsPhotoAreKeptTogetherOrNotAtAll(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx, files := d.t.Context(), &full{}
		_, err := d.WithFiles(files).Record(ctx, d.a, followup.Entry{OpportunityID: d.case1.ID, Kind: followup.KindVisit, Text: "上门", NextOn: today + 2, Photos: []followup.Photo{{Name: "a.jpg", Content: []byte("x")}}})
		d.refused("a photo too many", err, errs.KindConflict)
		history, err := d.History(ctx, d.a, d.case1.ID, 0, 10)
		d.must(err)
		o, err := d.opportunities.Get(ctx, d.a, d.case1.ID)
		d.must(err)
		left := 0
		d.must(d.db.Read(ctx, func(tx *store.Tx) error {
			list, err := tx.Attachments(ctx, "follow_up:1")
			left = len(list)
			return err
		}))
		if files.kept != 1 || len(history) != 0 || o.NextOn != calendar.NoDate || !o.FollowedAt.IsZero() || left != 0 {
			d.t.Errorf("kept %d; there are %d follow-ups, the next on %s, and %d files", files.kept, len(history), o.NextOn, left)
		}
	})
}
