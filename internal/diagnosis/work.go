package diagnosis

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/problem"
)

// RunNow does the job. It may be started again: only the last step writes.
func (s *Service) RunNow(ctx context.Context, running job.Running) (err error) {
	var args RunArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "diagnosis.RunNow(%d)", args.Run)
	var run Run
	if err := s.store.Read(ctx, func(r Reader) (err error) { run, err = r.DiagnosisRun(ctx, args.Run); return err }); err != nil || run.State != StateRunning {
		return err
	}
	found, err := s.make(ctx, &run, running.Report)
	if job.Interrupted(ctx, err) {
		return err
	}
	if err != nil {
		run.State, run.Failure = StateFailed, job.Failure(err)
	}
	running.SetResult(map[string]any{"found": run.Found, "tests": run.Tests})
	actor := access.Actor{UserID: run.CreatedBy, Name: run.CreatedName}
	return errors.Join(err, s.store.InTx(context.WithoutCancel(ctx), func(tx Tx) error {
		if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
			return err
		}
		return s.finish(ctx, tx, actor, &run, found)
	}))
}

// finish keeps a run and brings the list of problems up to it.
func (s *Service) finish(ctx context.Context, tx Tx, actor access.Actor, of *Run, found []problem.Found) (err error) {
	run := *of
	run.FinishedAt, run.Revision = tx.Now(), run.Revision+1
	if run.State == StateReady {
		earlier, err := tx.DiagnosisRunsOf(ctx, run.Origin)
		if err != nil {
			return err
		}
		if run.Outcome.Change, err = s.problems.Detect(ctx, tx, actor, problem.Detection{RunID: run.ID, Looked: run.Outcome.Looked, Found: found, YearMinor: run.Outcome.YearMinor, Earlier: earlier}); err != nil {
			return err
		}
	}
	if err := tx.SaveDiagnosisRun(ctx, run); err != nil {
		return err
	}
	if err := tx.DropDiagnosisFiles(ctx, run.ID); err != nil {
		return err
	}
	kind := notice.KindDiagnosisDone
	if run.State == StateFailed {
		kind = notice.KindDiagnosisFailed
	}
	if err := notice.Post(ctx, tx, notice.Message{Kind: kind, To: notice.To{UserIDs: []string{run.CreatedBy}}, Subject: run.Subject(), Params: notice.Params{"Found": notice.Number(run.Found)}}); err != nil {
		return err
	}
	*of = run
	return audit.Append(ctx, tx, actor, "diagnosis.finish", run.Subject(), nil, map[string]any{"state": run.State, "as_of": run.AsOf, "found": run.Found, "tests": run.Tests, "digest": run.Digest})
}

// make looks for problems and fills the run in.
func (s *Service) make(ctx context.Context, run *Run, report func(job.Progress)) (found []problem.Found, err error) {
	company, err := s.company(ctx, run, report)
	if err != nil {
		return nil, err
	}
	report(job.Progress{Stage: "diagnosis.stage_looking", Done: int64(len(parts)), Total: int64(len(parts))})
	if run.Digest, err = digest(company); err != nil {
		return nil, err
	}
	result := finding.Run(company)
	run.AsOf, run.Tests, run.Found = company.AsOf, int64(result.Tests), int64(len(result.Findings))
	run.Outcome.Missing, run.Outcome.Looked, run.Outcome.YearMinor = result.Missing, result.Looked, yearMinor(company)
	for _, part := range parts {
		run.Outcome.Sheets = append(run.Outcome.Sheets, Sheet{part, int64(company.Kept[part])})
	}
	n, err := s.naming(ctx, result.Findings)
	if err != nil {
		return nil, err
	}
	for _, f := range result.Findings {
		one := problem.Found{Finding: f, At: n.place(f.Place, company)}
		for _, e := range f.Evidence {
			one.Rows = append(one.Rows, n.row(e))
		}
		found = append(found, one)
		a, _ := f.Kind.Is()
		run.Outcome.Findings = append(run.Outcome.Findings, Found{Kind: f.Kind, Area: a.Area, Place: one.At, Figure: one.Measured(), MoneyMinor: f.MoneyMinor, Worth: f.Worth, Rows: one.Rows})
	}
	run.State = StateReady
	return found, nil
}

// company is what a run looks at.
func (s *Service) company(ctx context.Context, run *Run, report func(job.Progress)) (company *finding.Company, err error) {
	done := int64(0)
	if run.Origin == OriginOwn {
		err = s.store.Read(ctx, func(r Reader) error {
			company, err = r.DiagnosisCompany(ctx, run.AsOf, s.currency(), func(finding.Part) {
				report(job.Progress{Stage: "diagnosis.stage_reading", Done: done, Total: int64(len(parts))})
				done++
			})
			return err
		})
		if err == nil {
			err = s.addAnswers(ctx, company)
		}
		if err == nil {
			err = s.addPlans(ctx, company)
		}
		return company, err
	}
	report(job.Progress{Stage: "diagnosis.stage_reading"})
	var kept []KeptFile
	if err := s.store.Read(ctx, func(r Reader) error { kept, err = r.DiagnosisFiles(ctx, run.ID); return err }); err != nil {
		return nil, err
	}
	files := make([]ingest.File, len(kept))
	for i, f := range kept {
		files[i] = ingest.File{Name: f.Name, Size: int64(len(f.Content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Content)), nil }}
	}
	source, err := Read(ctx, files, s.today())
	if err != nil {
		return nil, err
	}
	run.Outcome.Skipped, run.Outcome.Unread = source.Skipped, source.Unread
	return source.Company, nil
}

// answersDays is how long what the staff answered counts.
const answersDays = 365

// addAnswers adds what the staff answered in questionnaires. Sheets do not know of whom they are: each score counts as somebody of their own.
func (s *Service) addAnswers(ctx context.Context, company *finding.Company) error {
	if s.answers == nil {
		return nil
	}
	list, err := s.answers(ctx, company.AsOf-answersDays)
	if err != nil {
		return err
	}
	for _, team := range list {
		at := slices.IndexFunc(company.Teams, func(t finding.Team) bool { return t.ID == team.TeamID })
		if at < 0 {
			continue
		}
		for _, score := range team.Scores {
			company.Answers = append(company.Answers, finding.Answer{Team: int32(at), Respondent: uint64(len(company.Answers)) + 1, Question: team.Question, Value: score})
		}
	}
	if len(company.Answers) > 0 {
		company.Kept[finding.SurveyAnswers] = len(company.Answers)
	}
	return nil
}

// addPlans adds the components of the plans of pay that are in force.
func (s *Service) addPlans(ctx context.Context, company *finding.Company) (err error) {
	if s.plans == nil {
		return nil
	}
	if company.Lines, err = s.plans(ctx, company.AsOf); err == nil && len(company.Lines) > 0 {
		company.Kept[finding.PlanLines] = len(company.Lines)
	}
	return err
}

// digest is a number for everything that was looked at.
func digest(company *finding.Company) (string, error) {
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode(company); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// naming says what places and records of findings are called.
type naming struct {
	names  Names
	labels map[string]string
}

func (s *Service) naming(ctx context.Context, findings []finding.Finding) (n naming, err error) {
	var keys []string
	for _, f := range findings {
		for _, e := range f.Evidence {
			keys = append(keys, e.Record)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	return n, s.store.Read(ctx, func(r Reader) error {
		if n.names, err = r.DiagnosisNames(ctx); err != nil {
			return err
		}
		n.labels, err = r.DiagnosisLabels(ctx, keys)
		return err
	})
}

// place is a place of a finding in the organisation, by its key.
func (n *naming) place(of finding.Place, company *finding.Company) problem.Place {
	at := problem.Place{Level: of.Level, Key: of.Key, Name: of.Name}
	var unit problem.Unit
	switch of.Level {
	case finding.LevelRegion:
		unit = n.names.Regions[of.Key]
		at.RegionID = unit.ID
	case finding.LevelTeam:
		unit = n.names.Teams[of.Key]
		at.TeamID, at.RegionID = unit.ID, unit.RegionID
	case finding.LevelPerson:
		unit = n.names.Persons[of.Key]
		at.PersonID, at.TeamID, at.RegionID = unit.ID, unit.TeamID, unit.RegionID
	}
	if at.Name == "" {
		at.Name = unit.Name
	}
	for _, level := range []finding.Level{finding.LevelStage, finding.LevelRule, finding.LevelPerson} {
		if key := of.Within[level]; key != "" && of.Level != level {
			at.Narrow, at.NarrowLevel = key, level
		}
	}
	return at
}

// pages are where records of the installation are shown, by what their keys begin with.
var pages = map[string]string{"customer": "/customers/", "opportunity": "/opportunities/", "quote": "/quotes/", "case": "/cases/", "lead": "/leads/", "approval": "/approvals/", "deal": "/deals/"}

// escaped writes a key so that it can stand in an address.
func escaped(key string) string {
	var b strings.Builder
	for _, c := range []byte(key) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// row is one row of evidence as people know it.
func (n *naming) row(e finding.Evidence) problem.Row {
	row := problem.Row{Part: e.Part, Record: e.Record, Person: e.Person, Value: e.Value, Usual: e.Usual}
	if e.Day != finding.NoDay {
		row.Day = calendar.Date(e.Day).String()
	}
	if kind, rest, known := strings.Cut(e.Record, ":"); known && pages[kind] != "" {
		row.Link, row.Record = pages[kind]+escaped(rest), rest
		if label := n.labels[e.Record]; label != "" {
			row.Record = label
		}
	} else if unit, known := n.names.Persons[e.Record]; known && unit.Name != "" {
		row.Record, row.Link = unit.Name, fmt.Sprintf("/people/%d", unit.ID)
	} else if unit, known := n.names.Teams[e.Record]; known {
		row.Record = unit.Name
	} else if unit, known := n.names.Regions[e.Record]; known {
		row.Record = unit.Name
	}
	if unit, known := n.names.Persons[e.Person]; known {
		row.Person = unit.Name
	}
	return row
}
