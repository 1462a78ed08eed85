package notice

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
)

// Reader reads messages and the queue in one snapshot.
type Reader interface {
	// Notices returns a user's messages, newest first.
	Notices(ctx context.Context, userID string, filter Filter) ([]Notice, error)
	// NoticeCounts counts a user's messages, but the unread ones of one kind; empty leaves none out.
	NoticeCounts(ctx context.Context, userID string, without Kind) (Counts, error)
	NoticeSettings(ctx context.Context, userIDs []string) (map[string]Settings, error)
	// DigestUsers returns who wants a digest, by user.
	DigestUsers(ctx context.Context) (map[string]Digest, error)
	// NoticeDay returns the job that makes the reminders of a day; empty when there is none yet.
	NoticeDay(ctx context.Context, day calendar.Date) (jobID string, err error)
	Hooks(ctx context.Context) ([]Hook, error)
	// Hook returns a connection. Errors: not found.
	Hook(ctx context.Context, id string) (Hook, error)
	Deliveries(ctx context.Context, filter DeliveryFilter) ([]Delivery, error)
	// DueHooks returns the connections that are on and due, and for which something waits.
	DueHooks(ctx context.Context) (ids []string, err error)
	// Job returns a job. Errors: not found.
	Job(ctx context.Context, id string) (job.Job, error)
	Now() time.Time
}

// WriteTx is one write transaction of this package.
type WriteTx interface {
	Reader
	Tx
	// ReadNotices marks a user's messages as read, all for nil, and returns how many were not.
	ReadNotices(ctx context.Context, userID string, ids []string) (int64, error)
	SaveNoticeSettings(ctx context.Context, userID string, s Settings) error
	SaveNoticeDay(ctx context.Context, day calendar.Date, jobID string) error
	// SweepNotices removes what awaits nothing and was read before the one moment, or made before the other, and days before it.
	SweepNotices(ctx context.Context, readBefore, madeBefore time.Time) (int64, error)
	// TrimNotices leaves everybody the newest messages, so many, and what awaits them.
	TrimNotices(ctx context.Context, keep int64) (int64, error)
	InsertHook(ctx context.Context, h Hook) error
	// UpdateHook keeps a connection. Errors: conflict when the stored revision is not the one before.
	UpdateHook(ctx context.Context, h Hook) error
	DeleteHook(ctx context.Context, id string) error
	// ClaimDelivery takes the next delivery of a connection that is on and due, tests first, counts the attempt and keeps others off the connection until
	// the moment.
	ClaimDelivery(ctx context.Context, hookID string, until time.Time) (h Hook, d Delivery, found bool, err error)
	// SaveAttempt keeps what became of an attempt, if it is still the last one; the connection keeps what it is since when it was changed meanwhile.
	SaveAttempt(ctx context.Context, d Delivery, after Attempt) error
	// WakeHook makes a connection due at once.
	WakeHook(ctx context.Context, id string) error
	// ExpireHook ends what is queued for a connection.
	ExpireHook(ctx context.Context, id, failure string) error
	// ExpireDeliveries ends what was queued for the channel before the moment, and returns how many.
	ExpireDeliveries(ctx context.Context, channel Channel, before time.Time) (int64, error)
	// SweepDeliveries removes what ended before the moment.
	SweepDeliveries(ctx context.Context, before time.Time) (int64, error)
	Enqueue(ctx context.Context, spec job.Spec) error
	AppendAudit(ctx context.Context, e audit.Entry) error
}

// Store is where messages are kept. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(WriteTx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Config holds what a Service is made of.
type Config struct {
	Store    Store
	NewID    func() string
	Now      func() time.Time // in the company's zone
	Work     func() calendar.WorkCalendar
	Printers func(lang i18n.Lang) *i18n.Printer
	Sources  []Source
	Sender   Sender                                       // nil: nothing goes out
	Secret   func(hookID string, generation int64) string // with which a connection's deliveries are signed
	Vault    Vault                                        // for the secrets of bots
	Public   func() string                                // where the world finds the installation; nil or empty: not said, then texts hold paths alone
	Log      *slog.Logger                                 // nil is silence
}

// Service shows messages to people and takes deliveries out.
type Service struct {
	Config
	store Store
}

// NewService returns a Service.
func NewService(config Config) *Service {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Public == nil {
		config.Public = func() string { return "" }
	}
	return &Service{Config: config, store: config.Store}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.Now()) }

func signedIn(actor access.Actor) error {
	if actor.UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	return nil
}

func mayWrite(actor access.Actor) error {
	if err := signedIn(actor); err != nil {
		return err
	}
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return nil
}

// Show chooses messages by what became of them.
type Show string

// The choices.
const (
	ShowAll    Show = ""
	ShowUnread Show = "unread"
	ShowTodo   Show = "todo" // what awaits the reader
)

// Filter chooses messages. Zero fields choose all.
type Filter struct {
	Show  Show
	Group Group
	ID    string
	After string // cursor: Next of the page before
	Limit int    // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of messages, or of deliveries, on a page.
const LimitMax = 200

// Validate returns an error of kind Invalid that names every wrong field.
func (f Filter) Validate() error {
	var wrong []errs.Field
	if f.Show != ShowAll && f.Show != ShowUnread && f.Show != ShowTodo {
		wrong = append(wrong, errs.Field{Path: "show", Value: string(f.Show), Message: errs.Msg("notice.unknown_choice", nil)})
	}
	if f.Group != "" && len(KindsOf(f.Group)) == 0 {
		wrong = append(wrong, errs.Field{Path: "group", Value: string(f.Group), Message: errs.Msg("notice.unknown_choice", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

// Counts are how many messages are unread, and how many await the reader.
type Counts struct{ Unread, Todo int64 }

// Page is a part of somebody's messages, newest first. Counts are of all of them.
type Page struct {
	Notices []Notice
	Next    string
	Counts  Counts
}

// List returns a page of the actor's own messages. Errors: unauthenticated; invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "notice.List")
	if err := signedIn(actor); err != nil {
		return Page{}, err
	}
	if err := filter.Validate(); err != nil {
		return Page{}, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	wanted := min(filter.Limit, LimitMax)
	filter.Limit = wanted + 1 // one more tells whether there is a next page
	err = s.store.Read(ctx, func(r Reader) error {
		if page.Notices, err = r.Notices(ctx, actor.UserID, filter); err != nil {
			return err
		}
		page.Counts, err = r.NoticeCounts(ctx, actor.UserID, "")
		return err
	})
	if len(page.Notices) > wanted {
		page.Notices = page.Notices[:wanted]
		page.Next = page.Notices[wanted-1].ID
	}
	return page, err
}

// Counts returns the actor's own. Errors: unauthenticated.
func (s *Service) Counts(ctx context.Context, actor access.Actor) (counts Counts, err error) {
	defer errs.Wrap(&err, "notice.Counts")
	if err := signedIn(actor); err != nil {
		return Counts{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		counts, err = r.NoticeCounts(ctx, actor.UserID, "")
		return err
	})
	return counts, err
}

// Open returns one of the actor's own messages and marks it as read. Errors: unauthenticated; not found.
func (s *Service) Open(ctx context.Context, actor access.Actor, id string) (n Notice, err error) {
	defer errs.Wrap(&err, "notice.Open(%s)", id)
	if err := mayWrite(actor); err != nil {
		return Notice{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		found, err := r.Notices(ctx, actor.UserID, Filter{ID: id, Limit: 1})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errs.New(errs.KindNotFound, "notice.not_found", nil)
		}
		n = found[0]
		return nil
	})
	if err != nil || !n.ReadAt.IsZero() {
		return n, err
	}
	_, err = s.MarkRead(ctx, actor, []string{id})
	return n, err
}

// MarkRead marks the actor's own messages as read, and returns how many were not. Ids of others change nothing. Errors: unauthenticated;
// forbidden for a key that may only read; invalid without ids.
func (s *Service) MarkRead(ctx context.Context, actor access.Actor, ids []string) (n int64, err error) {
	defer errs.Wrap(&err, "notice.MarkRead")
	if len(ids) == 0 || len(ids) > LimitMax {
		return 0, errs.Invalid("error.invalid", []errs.Field{{Path: "ids", Message: errs.Msg("notice.choose_some", errs.Args{"Max": LimitMax})}})
	}
	return s.markRead(ctx, actor, ids)
}

// MarkAllRead marks all of the actor's own messages as read. Errors: unauthenticated; forbidden for a key that may only read.
func (s *Service) MarkAllRead(ctx context.Context, actor access.Actor) (n int64, err error) {
	defer errs.Wrap(&err, "notice.MarkAllRead")
	return s.markRead(ctx, actor, nil)
}

func (s *Service) markRead(ctx context.Context, actor access.Actor, ids []string) (n int64, err error) {
	if err := mayWrite(actor); err != nil {
		return 0, err
	}
	err = s.store.InTx(ctx, func(tx WriteTx) error {
		n, err = tx.ReadNotices(ctx, actor.UserID, ids)
		return err
	})
	return n, err
}
