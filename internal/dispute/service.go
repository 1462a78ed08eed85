package dispute

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/settle"
)

// Reader reads disputes and the statements that they are about, in one snapshot.
type Reader interface {
	Standing(ctx context.Context, month calendar.Month) (payout.Standing, error)
	StatementsOf(ctx context.Context, personID int64, publishedOnly bool) ([]payout.Head, error)
	Statement(ctx context.Context, runID string, personID int64, planID string) (payout.StatementRow, error)
	SettlementsOf(ctx context.Context, runID string, personID int64) ([]payout.SettlementRow, error)
	Run(ctx context.Context, id string) (payout.Run, error)
	InScope(ctx context.Context, scope access.Scope, personID int64) (bool, error)

	// Dispute returns a dispute. Errors: not found.
	Dispute(ctx context.Context, id string) (Dispute, error)
	// Disputes returns the part of the disputes that the query asks for, newest first.
	Disputes(ctx context.Context, q Query) ([]Dispute, error)
	// CountDisputes returns how many the query chooses, whatever its limit and cursor.
	CountDisputes(ctx context.Context, q Query) (int64, error)
	DisputeEvents(ctx context.Context, id string) ([]Event, error)
	// DisputeFiles returns the evidence without its content.
	DisputeFiles(ctx context.Context, id string) ([]File, error)
	// DisputeFile returns a piece of evidence. Errors: not found.
	DisputeFile(ctx context.Context, disputeID, fileID string) (File, error)
	DisputeReminders(ctx context.Context, q ReminderQuery) ([]Reminder, error)
	// DisputeRules returns what is kept; the zero Rules when nothing is.
	DisputeRules(ctx context.Context) (Rules, error)
	BatchExists(ctx context.Context, id int64) (bool, error)
	// DisputeAdjustment returns what must hold of an adjustment that is named as a correction.
	DisputeAdjustment(ctx context.Context, id string) (AdjustmentNamed, error)
	// CorrectedBy returns the number of the first dispute that names the correction; 0 when none does.
	CorrectedBy(ctx context.Context, ref Reference) (number int64, err error)
	Now() time.Time
	Today() calendar.Date
}

// Tx changes disputes.
type Tx interface {
	Reader
	notice.Tx
	NextDisputeNumber(ctx context.Context) (int64, error)
	InsertDispute(ctx context.Context, d Dispute) error
	// SaveDispute stores what changes of a dispute. It returns an error of kind Conflict when the stored revision is not the one before.
	SaveDispute(ctx context.Context, d Dispute) error
	// AppendDisputeEvent numbers and stores an event.
	AppendDisputeEvent(ctx context.Context, disputeID string, e Event) error
	InsertDisputeFile(ctx context.Context, f File) error
	// InsertDisputeReminders numbers and stores reminders.
	InsertDisputeReminders(ctx context.Context, disputeID string, reminders []Reminder) error
	// VoidDisputeReminders makes those void that are not due yet.
	VoidDisputeReminders(ctx context.Context, disputeID string, at time.Time) error
	SaveDisputeRules(ctx context.Context, r Rules) error
	AppendAudit(ctx context.Context, e audit.Entry) error
}

// Store is where disputes are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service raises, handles and rules disputes.
type Service struct {
	store Store
	newID func() string
	zone  func() *time.Location // the company's
	work  func() calendar.WorkCalendar
}

// NewService returns a Service that counts working days by the calendar.
func NewService(store Store, newID func() string, zone func() *time.Location, work func() calendar.WorkCalendar) *Service {
	return &Service{store: store, newID: newID, zone: zone, work: work}
}

// TextRunesMax is the greatest length of what people write.
const TextRunesMax = 4000

// amountMax keeps amounts far from where sums overflow.
const amountMax = int64(1_000_000_000_000_00)

// Evidence is a file as it is handed in.
type Evidence struct {
	Name    string
	Content []byte
}

// Raise asks for a dispute about a line of the actor's own statement.
type Raise struct {
	Month         calendar.Month
	PlanID        string // may be empty when the payee has one plan
	Line          Line
	Cause         Cause
	Text          string
	ExpectedMinor *int64
	Files         []Evidence
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Raise) Validate() error {
	wrong := wrongText("text", in.Text, nil)
	if !oneOf(in.Cause, Causes) {
		wrong = append(wrong, errs.Field{Path: "cause", Value: string(in.Cause), Message: errs.Msg("dispute.unknown_choice", nil)})
	}
	wrong = wrongAmount("expected", in.ExpectedMinor, wrong)
	if len(in.Files) > FilesMax {
		wrong = append(wrong, errs.Field{Path: "files", Message: errs.Msg("dispute.files_many", errs.Args{"Max": FilesMax})})
	}
	return errs.Invalid("error.invalid", wrong)
}

func wrongText(path, text string, wrong []errs.Field) []errs.Field {
	switch n := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		return append(wrong, errs.Field{Path: path, Message: errs.Msg("dispute.text_missing", nil)})
	case n > TextRunesMax || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return append(wrong, errs.Field{Path: path, Message: errs.Msg("dispute.text_long", errs.Args{"Max": TextRunesMax})})
	}
	return wrong
}

func wrongAmount(path string, amount *int64, wrong []errs.Field) []errs.Field {
	if amount != nil && (*amount > amountMax || *amount < -amountMax) {
		return append(wrong, errs.Field{Path: path, Message: errs.Msg("dispute.amount_range", nil)})
	}
	return wrong
}

func oneOf[T comparable](value T, all []T) bool {
	for _, v := range all {
		if v == value {
			return true
		}
	}
	return false
}

// mayWrite lets in a person who may change something of their own.
func mayWrite(actor access.Actor) error {
	switch {
	case actor.UserID == "":
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	case actor.ReadOnly:
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return nil
}

// statementOf finds the actor's own statement of the month, and what it was settled to.
func statementOf(ctx context.Context, r Reader, actor access.Actor, month calendar.Month, planID string) (head payout.Head, row payout.StatementRow, lines []Choice, err error) {
	heads, err := r.StatementsOf(ctx, actor.PersonID, true)
	if err != nil {
		return head, row, nil, err
	}
	for _, h := range heads {
		if h.Month != month || planID != "" && h.PlanID != planID {
			continue
		}
		if row, err = r.Statement(ctx, h.Standing.RunID, actor.PersonID, h.PlanID); err != nil {
			return head, row, nil, err
		}
		statement, _, err := payout.Open(row)
		if err != nil {
			return head, row, nil, err
		}
		settled, err := settledOf(ctx, r, h)
		return h, row, LinesOf(statement, settled), err
	}
	return head, row, nil, errs.New(errs.KindNotFound, "payout.no_statement", errs.Args{"Month": month.String()})
}

func settledOf(ctx context.Context, r Reader, h payout.Head) (*settle.Result, error) {
	rows, err := r.SettlementsOf(ctx, h.Standing.RunID, h.PersonID)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.PlanID == h.PlanID {
			return payout.OpenSettlement(row)
		}
	}
	return nil, nil
}

// Lines returns the lines of one's own published statement that can be disputed, and the time in which they can be. Errors:
// unauthenticated; not found.
func (s *Service) Lines(ctx context.Context, actor access.Actor, month calendar.Month, planID string) (lines []Choice, w Window, err error) {
	defer errs.Wrap(&err, "dispute.Lines(%s)", month)
	if actor.UserID == "" {
		return nil, w, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if actor.PersonID == 0 {
		return nil, w, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if w, err = s.window(ctx, r, month); err != nil {
			return err
		}
		var head payout.Head
		head, _, lines, err = statementOf(ctx, r, actor, month, planID)
		w.VersionID = head.VersionID
		return err
	})
	return lines, w, err
}

func (s *Service) window(ctx context.Context, r Reader, month calendar.Month) (Window, error) {
	standing, err := r.Standing(ctx, month)
	if err != nil {
		return Window{}, err
	}
	rules, err := RulesInForce(ctx, r)
	return WindowOf(standing, rules, r.Now(), s.zone()), err
}

// Raise raises a dispute about a line of the actor's own published or closed statement. Errors: unauthenticated; forbidden; invalid;
// not found without such a statement; conflict when the time is over (it says since when), or when the line has an open dispute.
func (s *Service) Raise(ctx context.Context, actor access.Actor, in Raise) (d Dispute, err error) {
	defer errs.Wrap(&err, "dispute.Raise(%s, %s)", in.Month, in.Line.Key())
	if err := mayWrite(actor); err != nil {
		return Dispute{}, err
	}
	if actor.PersonID == 0 {
		return Dispute{}, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	in.Text = strings.TrimSpace(in.Text)
	if err := in.Validate(); err != nil {
		return Dispute{}, err
	}
	var files []File
	for _, e := range in.Files {
		f, err := NewFile(e.Name, e.Content)
		if err != nil {
			return Dispute{}, err
		}
		f.ID = s.newID()
		files = append(files, f)
	}
	id := s.newID()
	err = s.store.InTx(ctx, func(tx Tx) error {
		if d, err = s.raised(ctx, tx, actor, in, id); err != nil {
			return err
		}
		if err := tx.InsertDispute(ctx, d); err != nil {
			return err
		}
		events := []Event{{Kind: EventRaised, Text: in.Text, AmountMinor: in.ExpectedMinor, After: StateRaised}}
		if err := s.record(ctx, tx, actor, d, events, files); err != nil {
			return err
		}
		if err := tx.InsertDisputeReminders(ctx, d.ID, s.remindersOf(d)); err != nil {
			return err
		}
		if err := tellRaised(ctx, tx, actor, d); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "dispute.raise", subject(d), nil, stateOf(d))
	})
	return d, err
}

// raised makes the dispute that somebody asks for.
func (s *Service) raised(ctx context.Context, tx Tx, actor access.Actor, in Raise, id string) (Dispute, error) {
	window, err := s.window(ctx, tx, in.Month)
	if err != nil {
		return Dispute{}, err
	}
	if err := window.refusal(in.Month, s.zone()); err != nil {
		return Dispute{}, err
	}
	head, row, lines, err := statementOf(ctx, tx, actor, in.Month, in.PlanID)
	if err != nil {
		return Dispute{}, err
	}
	line, ok := find(lines, in.Line)
	if !ok {
		return Dispute{}, errs.Invalid("error.invalid", []errs.Field{{Path: "line", Message: errs.Msg("dispute.no_line", nil)}})
	}
	open, err := tx.Disputes(ctx, Query{Scope: access.Scope{PersonID: actor.PersonID}, Filter: Filter{Month: in.Month, PlanID: head.PlanID, State: StateOpen}, Line: line.Key()})
	if err != nil {
		return Dispute{}, err
	}
	if len(open) > 0 {
		return Dispute{}, errs.New(errs.KindConflict, "dispute.already_open", errs.Args{"Number": open[0].Number})
	}
	rules, err := RulesInForce(ctx, tx)
	if err != nil {
		return Dispute{}, err
	}
	d := Dispute{ID: id, Month: in.Month, PersonID: actor.PersonID, PersonKey: head.PersonKey, PersonName: head.Name, TeamID: row.TeamID, TeamName: head.TeamName,
		PlanID: head.PlanID, VersionID: head.VersionID, RunID: head.Standing.RunID, Digest: head.Digest, Line: line.Line, Zero: line.Zero,
		ShownMinor: line.AmountMinor, ExpectedMinor: in.ExpectedMinor, Cause: in.Cause, Text: in.Text, State: StateRaised,
		RaisedBy: actor.UserID, RaisedAt: tx.Now(), DueOn: s.work().AddWorkDays(tx.Today(), rules.AnswerWorkDays), Revision: 1}
	d.Number, err = tx.NextDisputeNumber(ctx)
	return d, err
}

// record stores events of one moment by one actor, and the files that came with them, each with an event of its own.
func (s *Service) record(ctx context.Context, tx Tx, actor access.Actor, d Dispute, events []Event, files []File) error {
	for _, f := range files {
		f.DisputeID, f.AddedBy, f.AddedAt = d.ID, actor.UserID, tx.Now()
		if err := tx.InsertDisputeFile(ctx, f); err != nil {
			return err
		}
		events = append(events, Event{Kind: EventAttached, Reference: f.Name, Before: d.State, After: d.State})
	}
	for _, e := range events {
		e.At, e.ActorID, e.ActorName = tx.Now(), actor.UserID, actor.Name
		if err := tx.AppendDisputeEvent(ctx, d.ID, e); err != nil {
			return err
		}
	}
	return nil
}

// remindHour is when reminders of a day are due where the company is.
const remindHour = 9

// remindersOf are those that a new dispute owes: to each voice now, on the day that the answer is due, and after it, then to the
// payee, too.
func (s *Service) remindersOf(d Dispute) (reminders []Reminder) {
	morning := func(day calendar.Date) time.Time {
		year, month, dayOfMonth := day.Civil()
		return time.Date(year, month, dayOfMonth, remindHour, 0, 0, 0, s.zone()).UTC()
	}
	for _, v := range Voices {
		to := string(v)
		reminders = append(reminders, Reminder{Kind: RemindRaised, To: to, At: d.RaisedAt}, Reminder{Kind: RemindDue, To: to, At: morning(d.DueOn)},
			Reminder{Kind: RemindOverdue, To: to, At: morning(d.DueOn + 1)})
	}
	return append(reminders, Reminder{Kind: RemindOverdue, To: ToPayee, At: morning(d.DueOn + 1)})
}

func subject(d Dispute) string { return "dispute:" + d.ID }

// stateOf is what the audit log keeps of a dispute.
func stateOf(d Dispute) map[string]any {
	state := map[string]any{"number": d.Number, "month": d.Month.String(), "person_id": d.PersonID, "plan_id": d.PlanID, "line": d.Line.Key(), "cause": d.Cause,
		"state": d.State, "shown_minor": d.ShownMinor, "revision": d.Revision}
	if d.ExpectedMinor != nil {
		state["expected_minor"] = *d.ExpectedMinor
	}
	if d.Outcome != "" {
		state["outcome"], state["unanimous"] = d.Outcome, d.Unanimous
	}
	if d.AwardedMinor != nil {
		state["awarded_minor"] = *d.AwardedMinor
	}
	if d.DeferredTo != 0 {
		state["deferred_to"] = d.DeferredTo.String()
	}
	if d.Correction.ID != "" {
		state["correction"] = d.Correction
	}
	return state
}

// RulesInForce returns the rules in force: those kept, or RulesDefault.
func RulesInForce(ctx context.Context, r interface {
	DisputeRules(ctx context.Context) (Rules, error)
}) (Rules, error) {
	kept, err := r.DisputeRules(ctx)
	if err == nil && kept.Revision == 0 {
		kept = RulesDefault
	}
	return kept, err
}
