package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
)

// pipelineMode makes the program fill an installation with working records and print a Filled as JSON.
const pipelineMode = "-pipeline"

// The company whose sales process is measured: for each customer three contacts, a lead, two opportunities and ten times as many events; each
// opportunity has a quote and each won one a contract.
const (
	pipelineCustomers    = 1_000_000
	contactsEach         = 3
	opportunitiesEach    = 2
	eventsEach           = 10
	openOf               = 20 // of so many opportunities one is open
	pipelineDays         = 730
	opportunitiesAtATime = 20_000
)

var pipelineShape = shape{sellers: 5_000, payments: 24_000}

// Filled is what filling took, and judging. What was not asked for is zero.
type Filled struct {
	Customers, Work time.Duration
	Bytes           int64 // of the folder
	Judging         Judging
}

// kept is where the company of a million customers is, and what of it is measured.
type kept struct {
	databaseURL, dir string // dir is empty for a folder that is thrown away
	customers        int
	steps            string // of fill, judge, again and pages, separated by commas
	how              asking
}

func (k kept) does(step string) bool { return slices.Contains(strings.Split(k.steps, ","), step) }

// pipelines fills a company in a child unless it is there already, prints how long that took, and walks through its pages.
func pipelines(ctx context.Context, out io.Writer, k kept) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if k.dir == "" {
		if k.dir, err = os.MkdirTemp("", "xiaoguan-pipeline-*"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(k.dir)) }()
	}
	name := "SQLite"
	if k.databaseURL != "" {
		name = "PostgreSQL"
	}
	of := fmt.Sprintf("%d customers, %d contacts, %d leads, %d opportunities, %d quotes and %d events on %s", k.customers, k.customers*contactsEach, k.customers, k.customers*opportunitiesEach, k.customers*opportunitiesEach, k.customers*opportunitiesEach*eventsEach, name)
	if k.does("fill") || k.does("judge") || k.does("again") {
		command := exec.CommandContext(ctx, self, pipelineMode, k.dir, k.databaseURL, strconv.Itoa(k.customers), k.steps)
		command.Stderr = os.Stderr
		text, err := command.Output()
		if err != nil {
			return fmt.Errorf("pipeline: %w", err)
		}
		var f Filled
		if err := json.Unmarshal(text, &f); err != nil {
			return err
		}
		fmt.Fprintf(out, "\n%s (peak of the process %d MiB, %d MiB on disk)\n\n", of, peak(command.ProcessState)>>20, f.Bytes>>20)
		fmt.Fprintf(out, "| step | s |\n|---|---|\n| import of the customers | %.1f |\n| contacts, leads, opportunities, quotes, contracts, follow-ups and events, in bulk | %.1f |\n", f.Customers.Seconds(), f.Work.Seconds())
		f.Judging.print(out)
	}
	if !k.does("pages") {
		return nil
	}
	return pages(ctx, out, "with "+of, k.how, filepath.Join(k.dir, "installation"), k.databaseURL)
}

// walkPipeline imports people and customers and writes working records beside them, which it leaves in dir, and judges their cases.
func walkPipeline(ctx context.Context, k kept) (f Filled, err error) {
	home := filepath.Join(k.dir, "installation")
	a, err := app.New(ctx, app.Options{Dir: home, DatabaseURL: k.databaseURL, Now: clockFrom(dayOfClosing)})
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if k.does("fill") {
		if err := fill(ctx, a, k, &f); err != nil {
			return f, err
		}
	}
	if f.Judging, err = judging(ctx, a, k); err != nil {
		return f, err
	}
	f.Bytes, err = sizeOf(home)
	return f, err
}

// fill makes the company.
func fill(ctx context.Context, a *app.App, k kept, f *Filled) (err error) {
	s, data := pipelineShape, filepath.Join(k.dir, "data")
	s.customers = k.customers
	if err := generate(data, s, 1); err != nil {
		return err
	}
	if err := a.Worker.Start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Worker.Stop(context.WithoutCancel(ctx)), os.RemoveAll(data)) }()
	start := time.Now()
	if _, err := importFolder(ctx, a, data); err != nil {
		return err
	}
	f.Customers, start = time.Since(start), time.Now()
	w, err := newRecords(ctx, a, k.customers)
	if err != nil {
		return err
	}
	if err := a.DB.Unsynced(ctx, func() error { return w.write(ctx, a.DB) }); err != nil {
		return err
	}
	f.Work = time.Since(start)
	return nil
}

func sizeOf(folder string) (bytes int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}

// records makes working records up.
type records struct {
	random    *rand.Rand
	sellers   []int64
	customers int
	before    int64 // the id of the customer before the first
	today     calendar.Date
}

// newRecords learns of the customers, whose ids follow each other as they were imported, and of the sellers.
func newRecords(ctx context.Context, a *app.App, customers int) (*records, error) {
	w := &records{random: rand.New(rand.NewPCG(1, 2)), customers: customers, today: calendar.DateOf(dayOfClosing)}
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		first, err := tx.CustomerID(ctx, "1")
		if err != nil {
			return err
		}
		last, err := tx.CustomerID(ctx, strconv.Itoa(customers))
		if err == nil && last-first != int64(customers)-1 {
			err = fmt.Errorf("customers have the ids %d to %d, with gaps", first, last)
		}
		w.before = first - 1
		return err
	})
	if err != nil {
		return nil, err
	}
	filter := org.Filter{When: org.Now(), Employment: org.Employed}
	for {
		page, err := a.People.List(ctx, access.SystemActor("bench"), filter)
		if err != nil {
			return nil, err
		}
		for _, m := range page.Members {
			if m.Assignment.Level != org.LevelManager {
				w.sellers = append(w.sellers, m.ID)
			}
		}
		if page.Next == "" {
			return w, nil
		}
		filter.Paging.Cursor = page.Next
	}
}

// write writes all records, some thousand opportunities in a transaction.
func (w *records) write(ctx context.Context, db *store.DB) error {
	total := int64(w.customers) * opportunitiesEach
	for first := int64(1); first <= total; first += opportunitiesAtATime {
		last := min(first+opportunitiesAtATime-1, total)
		err := db.InTx(ctx, func(tx *store.Tx) error {
			var rows store.WorkRows
			var events []process.Event
			for id := first; id <= last; id++ {
				events = w.opportunity(&rows, events, id)
			}
			for _, s := range []struct {
				name  string
				count int
			}{{"opportunity", len(rows.Opportunities)}, {"contact", len(rows.Contacts)}, {"follow_up", len(rows.FollowUps)}, {"task", len(rows.Tasks)},
				{"lead", len(rows.Leads)}, {"quote", len(rows.Quotes)}, {"contract", len(rows.Contracts)}} {
				if _, err := tx.NextNumbers(ctx, s.name, s.count); err != nil {
					return err
				}
			}
			if err := tx.PutWorkRows(ctx, rows); err != nil {
				return err
			}
			return tx.AppendEvents(ctx, events)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// opportunity adds one with its contacts, follow-up, task and events.
func (w *records) opportunity(rows *store.WorkRows, events []process.Event, id int64) []process.Event {
	// Numbers run in the order of opening.
	opened := w.today - pipelineDays + calendar.Date((id-1)*pipelineDays/(int64(w.customers)*opportunitiesEach))
	at := opened.Time().Add(2 * time.Hour) // ten in the morning in China
	o := opportunity.Opportunity{ID: id, Name: goods[w.random.IntN(len(goods))] + "采购", CustomerID: w.before + (id+opportunitiesEach-1)/opportunitiesEach, OwnerID: w.sellers[w.random.IntN(len(w.sellers))],
		Stage: opportunity.StageAfterSales, State: opportunity.StateWon, AmountMinor: int64(1+w.random.IntN(2_000)) * 1_000_00, Currency: money.CNY, ExpectedOn: opened + 60,
		Source: opportunity.Sources[w.random.IntN(len(opportunity.Sources))], EndedOn: min(opened+50, w.today), NextOn: calendar.NoDate, StageSince: at, FollowedAt: at, CreatedBy: "system:bench", CreatedAt: at, Revision: 1}
	switch {
	case id%openOf == 0:
		o.State, o.Stage, o.EndedOn, o.ExpectedOn = opportunity.StateOpen, opportunity.ShippedStages().IDs()[w.random.IntN(4)], calendar.NoDate, w.today+calendar.Date(w.random.IntN(90))
		o.NextOn = w.today + calendar.Date(w.random.IntN(10)-3)
		rows.Tasks = append(rows.Tasks, followup.Task{ID: id / openOf, Kind: followup.TaskContact, OpportunityID: id, PersonID: o.OwnerID, DueOn: o.NextOn, State: followup.TaskOpen,
			CreatedBy: "system:bench", CreatedAt: at, Revision: 1})
	case id%3 > 0:
		o.State, o.Stage, o.LostFor = opportunity.StateLost, opportunity.StageProposal, "price"
	}
	rows.Opportunities = append(rows.Opportunities, o)
	w.around(rows, o, at)
	w.offers(rows, &o, at)
	return append(events, w.course(&o, at)...)
}

// around adds what stands beside an opportunity: a follow-up, and with the last of a customer's the contacts.
func (w *records) around(rows *store.WorkRows, o opportunity.Opportunity, at time.Time) {
	rows.FollowUps = append(rows.FollowUps, followup.FollowUp{ID: o.ID, OpportunityID: o.ID, PersonID: o.OwnerID, Kind: followup.Kinds[w.random.IntN(len(followup.Kinds))], Text: "约好下周看样品",
		OccurredAt: at, RecordedAt: at, NextOn: calendar.NoDate, CreatedBy: "system:bench"})
	if o.ID%opportunitiesEach > 0 {
		return
	}
	for n := range int64(contactsEach) {
		id := (o.CustomerID-w.before-1)*contactsEach + n + 1
		name := families[w.random.IntN(len(families))] + givenNames[w.random.IntN(len(givenNames))] + givenNames[w.random.IntN(len(givenNames))]
		rows.Contacts = append(rows.Contacts, contact.Contact{ID: id, CustomerID: o.CustomerID, Name: name, Part: contact.Parts[w.random.IntN(len(contact.Parts))], Phone: strconv.FormatInt(13_000_000_000+id*7919%900_000_000, 10),
			CreatedBy: "system:bench", CreatedAt: at, Revision: 1})
	}
}
