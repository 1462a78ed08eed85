package backup

import (
	"context"
	"errors"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
)

// KindMake is the job that makes a backup.
const KindMake job.Kind = "backup.make"

// subject is what entries of the log and jobs are about.
const subject = "backup:kept"

// The hours of the company's day in which the daily backup is made, unless there is none for long.
const (
	nightFrom, nightTo = 1, 6
	againAfter         = 20 * time.Hour
	lateAfter          = 36 * time.Hour
)

// Kept is a backup in the folder.
type Kept struct {
	About
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Rows  int64  `json:"rows"`
}

// Keeper keeps backups in a folder.
type Keeper interface {
	// Folder is where they are kept; empty where none are.
	Folder() string
	// Daily reports whether one is made each night.
	Daily() bool
	// List returns those that are whole, the newest first.
	List(ctx context.Context) ([]Kept, error)
	// Make makes one, reads it back against its digests, and removes the oldest that are too many.
	Make(ctx context.Context, told func(table string, rows int64)) (Kept, error)
}

// Tx is one write transaction.
type Tx interface {
	audit.Tx
	notice.Tx
	Enqueue(ctx context.Context, spec job.Spec) error
}

// Store is what the service needs of the database.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
}

// Service makes backups, each night and when somebody asks for one.
type Service struct {
	store  Store
	keeper Keeper
	newID  func() string
	now    func() time.Time // where the company is
}

// NewService returns a Service.
func NewService(store Store, keeper Keeper, newID func() string, now func() time.Time) *Service {
	return &Service{store: store, keeper: keeper, newID: newID, now: now}
}

// Overview is what there is.
type Overview struct {
	Folder string
	Daily  bool
	Late   bool // one should have been made since
	Kept   []Kept
}

// Look returns what there is. Errors: forbidden.
func (s *Service) Look(ctx context.Context, actor access.Actor) (o Overview, err error) {
	defer errs.Wrap(&err, "backup.Look")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return o, err
	}
	return s.look(ctx)
}

func (s *Service) look(ctx context.Context) (o Overview, err error) {
	o.Folder, o.Daily = s.keeper.Folder(), s.keeper.Daily()
	if o.Folder == "" {
		return o, nil
	}
	o.Kept, err = s.keeper.List(ctx)
	o.Late = o.Daily && s.age(o.Kept) > lateAfter
	return o, err
}

// age is that of the newest.
func (s *Service) age(kept []Kept) time.Duration {
	if len(kept) == 0 {
		return 1 << 62
	}
	return s.now().Sub(kept[0].At)
}

// Age is how old the newest backup is, for whoever watches the installation; false when there is none.
func (s *Service) Age(ctx context.Context) (time.Duration, bool) {
	o, err := s.look(ctx)
	if err != nil || len(o.Kept) == 0 {
		return 0, false
	}
	return s.age(o.Kept), true
}

// Start has a backup made now, and returns its job. Errors: forbidden; conflict when one is under way or none are kept here.
func (s *Service) Start(ctx context.Context, actor access.Actor) (jobID string, err error) {
	defer errs.Wrap(&err, "backup.Start")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return "", err
	}
	if s.keeper.Folder() == "" {
		return "", errs.New(errs.KindConflict, "backup.none_kept", nil)
	}
	return s.start(ctx, actor)
}

func (s *Service) start(ctx context.Context, actor access.Actor) (jobID string, err error) {
	jobID = s.newID()
	return jobID, s.store.InTx(ctx, func(tx Tx) error {
		err := tx.Enqueue(ctx, job.Spec{ID: jobID, Kind: KindMake, Unique: string(KindMake), CreatedBy: actor.UserID, Subject: subject})
		if err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "backup.start", subject, nil, nil)
	})
}

// Tick has the daily backup made when it is due. It may be called at any time, by any node.
func (s *Service) Tick(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "backup.Tick")
	o, err := s.look(ctx)
	if err != nil || !o.Daily {
		return err
	}
	age, hour := s.age(o.Kept), s.now().Hour()
	if age < againAfter || age < lateAfter && (hour < nightFrom || hour >= nightTo) {
		return nil
	}
	_, err = s.start(ctx, access.SystemActor("backups"))
	if errs.Is(err, errs.KindConflict) { // another node has
		return nil
	}
	return err
}

// Run is the job. When it fails, those who keep the settings are told.
func (s *Service) Run(ctx context.Context, running job.Running) error {
	rows := int64(0)
	kept, err := s.keeper.Make(ctx, func(_ string, more int64) {
		rows += more
		running.Report(job.Progress{Stage: "backup.stage", Done: rows})
	})
	if err == nil {
		running.SetResult(kept)
		return nil
	}
	if ctx.Err() != nil {
		return err
	}
	told := s.store.InTx(ctx, func(tx Tx) error {
		return notice.Post(ctx, tx, notice.Message{Kind: notice.KindBackupFailed, To: notice.To{Permission: access.PermSettingsWrite}, Subject: subject, Once: running.Job().ID})
	})
	return errors.Join(err, told)
}
