package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/job"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/tabular"
)

// KindApply is the job that applies an import; its arguments are ApplyArgs.
const KindApply job.Kind = "import.apply"

// ApplyArgs name the import to apply. Partial takes the good rows of files that have bad ones.
type ApplyArgs struct {
	ImportID string `json:"import_id"`
	Partial  bool   `json:"partial"`
	Pool     string `json:"pool,omitempty"` // into which new customers go; empty: into none
	Turn     bool   `json:"turn,omitempty"` // and are given out in turn
}

// Pools takes customers that are new into a public pool, and takes that back. The transaction is that of the import.
type Pools interface {
	MayTake(ctx context.Context, tx Tx, actor access.Actor, pool string) error
	Take(ctx context.Context, tx Tx, pool string, batch fact.BatchID, turn bool) (Pooled, error)
	Untake(ctx context.Context, tx Tx, actor access.Actor, actID int64) error
}

// Pooled is what became of new customers that went into a pool.
type Pooled struct {
	Pool  string `json:"pool"`
	ActID int64  `json:"act_id"`
	Count int64  `json:"count"`
	Given int64  `json:"given"`
}

// Service takes imports in.
type Service struct {
	store  Store
	files  Files
	newID  func() string
	limits tabular.Limits
	stages opportunity.Stages
	pools  Pools // nil: no import goes into a pool
	work   func() calendar.WorkCalendar
}

// WithWork makes deadlines count the company's working days; without it those of mainland China as they ship.
func (s *Service) WithWork(work func() calendar.WorkCalendar) { s.work = work }

// IntoPools lets imports put new customers into public pools.
func (s *Service) IntoPools(pools Pools) { s.pools = pools }

// NewService returns a Service.
func NewService(store Store, files Files, newID func() string, limits tabular.Limits) *Service {
	return &Service{store: store, files: files, newID: newID, limits: limits.OrDefault(), stages: opportunity.OrShipped(nil), work: calendar.China}
}

// Upload is one file that comes in.
type Upload struct {
	Name string
	From io.Reader
}

// Receive keeps files and proposes a mapping for them; nothing is read into the facts yet. mapping is a mapping's text, or empty to
// have one proposed. Errors: forbidden; too large; invalid when no file can be read, or the mapping is not one.
func (s *Service) Receive(ctx context.Context, actor access.Actor, name, mapping string, next func() (*Upload, error)) (i Import, err error) {
	defer errs.Wrap(&err, "intake.Receive")
	if err := actor.RequireAll(access.PermImport); err != nil {
		return Import{}, err
	}
	i = Import{ID: s.newID(), Name: strings.TrimSpace(name), State: StateReceived, Mapping: mapping, CreatedBy: actor.UserID}
	if err = s.keep(&i, next); err == nil {
		err = s.propose(ctx, &i)
	}
	if err != nil {
		return Import{}, errors.Join(err, s.files.Remove(i.ID))
	}
	if i.Name == "" {
		i.Name = strings.Join(i.Files, ", ")
	}
	// When this fails, the files stay for SweepFiles: a connection that was lost does not say whether the import is there.
	err = s.store.InTx(ctx, func(tx Tx) error {
		i.CreatedAt = tx.Now()
		if err := tx.InsertImport(ctx, i); err != nil {
			return err
		}
		return note(ctx, tx, actor, "receive", i)
	})
	return i, err
}

// keep stores the files and their digest.
func (s *Service) keep(i *Import, next func() (*Upload, error)) error {
	digest := sha256.New()
	for {
		upload, err := next()
		if err != nil {
			return err
		}
		if upload == nil {
			break
		}
		if len(i.Files) == FilesMax {
			return errs.New(errs.KindTooLarge, "intake.too_many_files", errs.Args{"Max": FilesMax})
		}
		digest.Write([]byte(upload.Name + "\x00"))
		size, err := s.files.Save(i.ID, upload.Name, io.TeeReader(upload.From, digest), s.limits.FileBytes)
		if err != nil {
			return inFile(err, upload.Name)
		}
		i.Files = append(i.Files, upload.Name)
		i.SourceBytes += size
	}
	if len(i.Files) == 0 {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("intake.no_files", nil)}})
	}
	i.Digest = hex.EncodeToString(digest.Sum(nil))
	return nil
}

// inFile names the file in an error about it.
func inFile(err error, name string) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) == 0 {
		e.Fields = []errs.Field{{Source: name, Message: e.Message, Remedy: errs.Msg(e.Message.Key+".remedy", e.Message.Args)}}
	}
	return err
}

// open opens the files of an import.
func (s *Service) open(ctx context.Context, id string, fn func(*ingest.Workbook) error) (err error) {
	files, err := s.files.Open(id)
	if err != nil {
		return err
	}
	w, err := ingest.Open(ctx, files, s.limits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return fn(w)
}

// PreviewRows is how many rows of each table a preview shows.
const PreviewRows = 10

// Get returns an import. Errors: forbidden, not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (i Import, err error) {
	defer errs.Wrap(&err, "intake.Get(%s)", id)
	if err := actor.RequireAll(access.PermImport); err != nil {
		return Import{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		i, err = current(ctx, r, id)
		return err
	})
	return i, err
}

// current returns an import as it stands.
func current(ctx context.Context, r Reader, id string) (Import, error) {
	i, err := r.Import(ctx, id)
	if err != nil {
		return i, err
	}
	return i, stand(ctx, r, &i)
}

// stand corrects the state of an import whose job ended without it: it was cancelled before it began, or was given up. Such an import
// can be applied again.
func stand(ctx context.Context, r Reader, i *Import) error {
	if i.State != StateApplying {
		return nil
	}
	j, err := r.Job(ctx, i.JobID)
	if err != nil && !errs.Is(err, errs.KindNotFound) || err == nil && !j.State.Finished() {
		return err
	}
	i.State, i.Result.Failure = StateFailed, errs.Msg("intake.interrupted", nil)
	switch {
	case j.Failure.Key != "":
		i.Result.Failure = j.Failure
	case j.State == job.StateCancelled:
		i.Result.Failure = errs.Msg("intake.cancelled", nil)
	}
	return nil
}

// List returns imports, newest first; after is the id of the last one seen. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, limit int, after string) (all []Import, err error) {
	defer errs.Wrap(&err, "intake.List")
	if err := actor.RequireAll(access.PermImport); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if all, err = r.Imports(ctx, min(max(limit, 1), 200), after); err != nil {
			return err
		}
		for n := range all {
			if err := stand(ctx, r, &all[n]); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// Preview reads the beginning of an import's tables as its mapping understands them. Errors: forbidden, not found.
func (s *Service) Preview(ctx context.Context, actor access.Actor, id string) (i Import, tables []ingest.TablePreview, err error) {
	defer errs.Wrap(&err, "intake.Preview(%s)", id)
	if i, err = s.Get(ctx, actor, id); err != nil {
		return i, nil, err
	}
	mapping, err := ingest.DecodeMapping([]byte(i.Mapping))
	if err != nil {
		return i, nil, err
	}
	err = s.open(ctx, id, func(w *ingest.Workbook) error {
		tables, err = ingest.Preview(ctx, w, mapping, PreviewRows)
		return err
	})
	return i, tables, err
}

// SetMapping changes the mapping of an import that is not applied, and keeps it under a name when one is given. Errors: forbidden;
// invalid with every problem by line; conflict when it is applied.
func (s *Service) SetMapping(ctx context.Context, actor access.Actor, id, mapping, saveAs string) (err error) {
	defer errs.Wrap(&err, "intake.SetMapping(%s)", id)
	if err := actor.RequireAll(access.PermImport); err != nil {
		return err
	}
	if _, err := ingest.DecodeMapping([]byte(mapping)); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		i, err := current(ctx, tx, id)
		if err != nil {
			return err
		}
		if i.State != StateReceived && i.State != StateRejected && i.State != StateFailed {
			return errs.New(errs.KindConflict, "intake.not_now", errs.Args{"State": string(i.State)})
		}
		i.Mapping, i.State, i.Result = mapping, StateReceived, Result{}
		if err := tx.UpdateImport(ctx, i); err != nil {
			return err
		}
		if saveAs = strings.TrimSpace(saveAs); saveAs != "" {
			if err := tx.SaveImportMapping(ctx, SavedMapping{ID: s.newID(), Name: saveAs, Mapping: mapping, CreatedBy: actor.UserID, CreatedAt: tx.Now()}); err != nil {
				return err
			}
		}
		return note(ctx, tx, actor, "map", i)
	})
}

// Mappings returns the mappings that were kept. Errors: forbidden.
func (s *Service) Mappings(ctx context.Context, actor access.Actor) (all []SavedMapping, err error) {
	defer errs.Wrap(&err, "intake.Mappings")
	if err := actor.RequireAll(access.PermImport); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.ImportMappings(ctx)
		return err
	})
	return all, err
}

// Apply starts the job that reads an import into the facts. partial takes the good rows when there are bad ones. Errors: forbidden; not
// found; conflict when it is applied or being applied.
func (s *Service) Apply(ctx context.Context, actor access.Actor, id string, partial bool) (i Import, err error) {
	return s.ApplyInto(ctx, actor, ApplyArgs{ImportID: id, Partial: partial})
}

// ApplyInto does what Apply does, and lets customers that are new into a public pool. Errors: as Apply; forbidden for who does not look after the pool.
func (s *Service) ApplyInto(ctx context.Context, actor access.Actor, in ApplyArgs) (i Import, err error) {
	id := in.ImportID
	defer errs.Wrap(&err, "intake.Apply(%s)", id)
	if err := actor.RequireAll(access.PermImport); err != nil {
		return Import{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if i, err = current(ctx, tx, id); err != nil {
			return err
		}
		if in.Pool != "" {
			if s.pools == nil {
				return errs.New(errs.KindConflict, "pool.no_policy", nil)
			}
			if err := s.pools.MayTake(ctx, tx, actor, in.Pool); err != nil {
				return err
			}
		}
		if i.State == StateApplying || i.State == StateApplied || i.State == StateUndone {
			return errs.New(errs.KindConflict, "intake.not_now", errs.Args{"State": string(i.State)})
		}
		i.State, i.JobID, i.Result = StateApplying, s.newID(), Result{}
		if err := tx.UpdateImport(ctx, i); err != nil {
			return err
		}
		args, err := json.Marshal(in)
		if err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, job.Spec{ID: i.JobID, Kind: KindApply, Args: args, Unique: "import:" + id, CreatedBy: actor.UserID, Subject: "import:" + id}); err != nil {
			return err
		}
		return note(ctx, tx, actor, "apply", i)
	})
	return i, err
}

// Undo takes an applied import back. Errors: forbidden; conflict when later facts or a closed month rest on it.
func (s *Service) Undo(ctx context.Context, actor access.Actor, id string) (i Import, err error) {
	defer errs.Wrap(&err, "intake.Undo(%s)", id)
	if err := actor.RequireAll(access.PermImport); err != nil {
		return Import{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if i, err = tx.Import(ctx, id); err != nil {
			return err
		}
		if i.State != StateApplied {
			return errs.New(errs.KindConflict, "intake.not_now", errs.Args{"State": string(i.State)})
		}
		if err := undoWork(ctx, tx, actor, id); err != nil {
			return err
		}
		if p := i.Result.Pooled; p != nil && s.pools != nil {
			if err := s.pools.Untake(ctx, tx, actor, p.ActID); err != nil {
				return err
			}
		}
		if i.Batch != 0 {
			if err := s.undoBatch(ctx, tx, actor, &i); err != nil {
				return err
			}
		}
		i.State, i.UndoneAt = StateUndone, tx.Now()
		if err := tx.UpdateImport(ctx, i); err != nil {
			return err
		}
		return note(ctx, tx, actor, "undo", i)
	})
	return i, err
}

// undoBatch refuses when a month that its facts belong to is closed.
func (s *Service) undoBatch(ctx context.Context, tx Tx, actor access.Actor, i *Import) error {
	if i.Result.Report != nil && i.Result.Report.Dated {
		closed, err := tx.ClosedMonths(ctx, i.Result.Report.EarliestMonth)
		if err != nil {
			return err
		}
		if len(closed) > 0 {
			return errs.New(errs.KindPeriodClosed, "intake.closed_rests", errs.Args{"Month": closed[0].String()})
		}
	}
	batch, err := tx.UndoBatch(ctx, i.Batch, fact.BatchRequest{Kind: fact.BatchUndo, ActorID: actor.UserID, Document: i.ID})
	i.UndoBatch = batch.ID
	return err
}
