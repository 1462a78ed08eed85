package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
)

// computing are the arguments of the job; By and ByName are who asked.
type computing struct {
	Ask    Ask    `json:"ask"`
	By     string `json:"by"`
	ByName string `json:"by_name"`
}

// Compute has a report computed by a job of kind JobCompute, and returns the job's id: a first version, the draft anew, or a version after the published one.
// Errors: as Prepare; forbidden for who does not work on drafts; conflict while one of the month and place is being computed.
func (s *Service) Compute(ctx context.Context, actor access.Actor, ask Ask) (jobID string, err error) {
	defer errs.Wrap(&err, "report.Compute(%s)", ask.Month)
	if err := mayDraft(actor); err != nil {
		return "", err
	}
	if ask, err = s.understood(ctx, actor, ask); err != nil {
		return "", err
	}
	args, err := json.Marshal(computing{ask, actor.UserID, actor.Name})
	if err != nil {
		return "", err
	}
	jobID = s.NewID()
	subject := "report:" + ask.Month.String() + ":" + string(ask.Place.Kind) + ":" + strconv.FormatInt(ask.Place.ID, 10)
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if err := audit.Append(ctx, tx, actor, "report.compute", subject, nil, map[string]any{"month": ask.Month, "place": ask.Place, "job": jobID}); err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{ID: jobID, Kind: JobCompute, Args: args, Unique: subject, Subject: subject, CreatedBy: actor.UserID})
	})
	return jobID, err
}

// Run does the work of jobs of kind JobCompute: who asked saw the place whole then. It may be started again: only the last step writes.
func (s *Service) Run(ctx context.Context, running job.Running) (err error) {
	var args computing
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "report.Run(%s)", args.Ask.Month)
	const steps = 5
	step := func(done int) {
		running.Report(job.Progress{Stage: "report.stage_reading", Done: int64(done), Total: steps})
	}
	step(0)
	d, err := s.prepare(ctx, access.SystemActor("report"), args.Ask, step)
	if err != nil {
		return err
	}
	by := access.Actor{UserID: args.By, Name: args.ByName}
	made, err := s.keep(ctx, by, args.Ask, d, func(tx Tx) error { return tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts) })
	running.SetResult(made)
	return err
}

// ComputeNow does what Compute has done while the caller waits. For schedules, and for access.SystemActor.
func (s *Service) ComputeNow(ctx context.Context, actor access.Actor, ask Ask) (made Computed, err error) {
	defer errs.Wrap(&err, "report.ComputeNow(%s)", ask.Month)
	if !actor.System {
		if err := mayDraft(actor); err != nil {
			return made, err
		}
	}
	if ask, err = s.understood(ctx, actor, ask); err != nil {
		return made, err
	}
	d, err := s.prepare(ctx, actor, ask, func(int) {})
	if err != nil {
		return made, err
	}
	return s.keep(ctx, actor, ask, d, func(Tx) error { return nil })
}

// canonical is the document as it is kept: the same facts give the same bytes.
func canonical(d *Document) (text, hash string, err error) {
	data, err := json.Marshal(d)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(data)
	return string(data), hex.EncodeToString(sum[:]), nil
}

// keep writes a computed document down as a draft.
func (s *Service) keep(ctx context.Context, actor access.Actor, ask Ask, d Document, hold func(Tx) error) (made Computed, err error) {
	text, hash, err := canonical(&d)
	if err != nil {
		return made, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if err := hold(tx); err != nil {
			return err
		}
		r, err := tx.MonthReportOf(ctx, ask.Month, ask.Place)
		switch {
		case errs.Is(err, errs.KindNotFound):
			r = Report{Month: ask.Month, Place: ask.Place, CreatedAt: tx.Now(), Newest: 1, Revision: 1}
			if r.ID, err = tx.NextNumber(ctx, "month_report"); err != nil {
				return err
			}
			if err := tx.InsertMonthReport(ctx, r); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			if err := s.nextVersion(ctx, tx, &r); err != nil {
				return err
			}
		}
		v := Version{ReportID: r.ID, Number: r.Newest, State: StateDraft, Hash: hash, NewestFact: d.Newest, ComputedAt: d.ComputedAt, ComputedName: actor.Name, Revision: r.Revision}
		if !actor.System {
			v.ComputedBy = actor.UserID
		}
		if err := tx.PutReportVersion(ctx, v, text); err != nil {
			return err
		}
		made = Computed{r.ID, v.Number}
		return audit.Append(ctx, tx, actor, "report.computed", r.Subject(), nil, map[string]any{"version": v.Number, "hash": hash, "month": r.Month, "place": r.Place})
	})
	return made, err
}

// nextVersion is the draft anew, or the version after the published one with its notes.
func (s *Service) nextVersion(ctx context.Context, tx Tx, r *Report) error {
	r.Revision++
	published := r.Newest == r.Published
	if published {
		r.Newest++
	}
	if err := tx.SaveMonthReport(ctx, *r); err != nil || !published {
		return err
	}
	notes, err := tx.ReportNotes(ctx, r.ID, r.Newest-1)
	if err != nil {
		return err
	}
	for _, n := range notes {
		n.Version = r.Newest
		if err := tx.PutReportNote(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// noteMost is how long a note may be.
const noteMost = 4000

// Note writes a note beside a section of the draft. Errors: forbidden; not found; invalid; conflict when it was changed meanwhile, or there is no draft.
func (s *Service) Note(ctx context.Context, actor access.Actor, in NoteEntry) (n Note, err error) {
	defer errs.Wrap(&err, "report.Note(%d, %s)", in.ReportID, in.Section)
	if err := mayDraft(actor); err != nil {
		return n, err
	}
	var c fact.Checker
	in.Text = strings.TrimSpace(fact.TidyLines(in.Text))
	c.Lines("text", in.Text)
	if utf8.RuneCountInString(in.Text) > noteMost {
		c.Add("text", "", "form.error.long", errs.Args{"Max": noteMost})
	}
	if !slices.Contains(Sections, in.Section) {
		c.Add("section", string(in.Section), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return n, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		r, err := s.mine(ctx, tx, actor, in.ReportID)
		if err != nil {
			return err
		}
		if r.Newest == r.Published {
			return errs.New(errs.KindConflict, "report.no_draft", nil)
		}
		before, err := noteOf(ctx, tx, r.ID, r.Newest, in.Section)
		if err != nil {
			return err
		}
		if in.Seen != 0 && in.Seen != before.Revision {
			return errChanged()
		}
		n = Note{ReportID: r.ID, Version: r.Newest, Section: in.Section, Text: in.Text, ByID: actor.UserID, ByName: actor.Name, At: tx.Now(), Revision: before.Revision + 1}
		if in.Text == "" {
			if err := tx.DropReportNote(ctx, r.ID, r.Newest, in.Section); err != nil {
				return err
			}
		} else if err := tx.PutReportNote(ctx, n); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "report.note", r.Subject(), map[string]any{"section": in.Section, "text": before.Text}, map[string]any{"section": in.Section, "text": in.Text, "version": r.Newest})
	})
	return n, err
}

func noteOf(ctx context.Context, r Reader, id int64, version int, section SectionID) (Note, error) {
	notes, err := r.ReportNotes(ctx, id, version)
	for _, n := range notes {
		if n.Section == section {
			return n, err
		}
	}
	return Note{}, err
}

// Publish freezes the draft. Errors: forbidden; not found; conflict when there is none, or it was changed meanwhile (seen: Version.Revision, 0 skips the check).
func (s *Service) Publish(ctx context.Context, actor access.Actor, id, seen int64) (v Version, err error) {
	defer errs.Wrap(&err, "report.Publish(%d)", id)
	if err := mayWrite(actor); err != nil {
		return v, err
	}
	if !mayPublish(actor) {
		return v, errs.New(errs.KindForbidden, "report.publish_refused", nil)
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		r, err := s.mine(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if r.Newest == r.Published {
			return errs.New(errs.KindConflict, "report.no_draft", nil)
		}
		if v, err = version(ctx, tx, id, r.Newest); err != nil {
			return err
		}
		if seen != 0 && seen != v.Revision {
			return errChanged()
		}
		if r.Published != 0 {
			if v.Differs, err = differences(ctx, tx, id, r.Published, r.Newest); err != nil {
				return err
			}
		}
		v.State, v.PublishedAt, v.PublishedBy, v.PublishedName = StatePublished, tx.Now(), actor.UserID, actor.Name
		if err := tx.FreezeReportVersion(ctx, v); err != nil {
			return err
		}
		r.Published, r.Revision = r.Newest, r.Revision+1
		if err := tx.SaveMonthReport(ctx, r); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "report.publish", r.Subject(), nil, map[string]any{"version": v.Number, "hash": v.Hash, "differs": len(v.Differs)})
	})
	return v, err
}
