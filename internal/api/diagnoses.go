package api

import (
	"context"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"xiaoguan/internal/access"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/stats"
)

// DiagnosisSheetsPath is where sheets are sent to, and DiagnosisBytesMax the greatest upload there.
const (
	DiagnosisSheetsPath = Prefix + "/diagnosis-sheets"
	DiagnosisBytesMax   = diagnosis.UploadBytesMost + 1<<20
)

// Diagnosis is a run over the records of the installation, or over sheets.
type Diagnosis struct {
	ID         int64      `json:"id"`
	State      string     `json:"state" enum:"running,ready,failed"`
	Origin     string     `json:"origin" enum:"own,sheets"`
	AsOf       string     `json:"as_of,omitempty" example:"2026-10-31"`
	Note       string     `json:"note,omitempty"`
	Found      int64      `json:"found"`
	Tests      int64      `json:"tests" doc:"How many places were compared."`
	Digest     string     `json:"digest,omitempty" doc:"Of what was looked at."`
	ByName     string     `json:"by_name"`
	CreatedAt  time.Time  `json:"created_at"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
	JobID      string     `json:"job_id,omitempty"`
	Failure    string     `json:"failure,omitempty"`
}

type (
	diagnosisList struct {
		Items []Diagnosis `json:"items" nullable:"false"`
		Next  int64       `json:"next,omitempty" doc:"Ask with before for older ones."`
	}
	listDiagnosesInput struct {
		Before int64 `query:"before" minimum:"0"`
	}
	startDiagnosisInput struct {
		Body struct {
			AsOf string `json:"as_of" doc:"The last day that counts; usually the last of a month."`
			Note string `json:"note,omitempty" maxLength:"800"`
		}
	}
	diagnosisSheets struct {
		Files []huma.FormFile `form:"files" required:"true" doc:"CSV files, or one .xlsx workbook, by docs/import-format.md. Nothing is imported."`
		Note  string          `form:"note" required:"false" maxLength:"800"`
	}
	startSheetsInput struct {
		RawBody huma.MultipartFormFiles[diagnosisSheets]
	}
	diagnosisFound struct {
		Kind       string         `json:"kind"`
		Area       string         `json:"area"`
		Name       string         `json:"name"`
		Said       string         `json:"said"`
		Place      problemPlace   `json:"place"`
		Figure     *problemFigure `json:"figure"`
		MoneyMinor *int64         `json:"money_minor,omitempty"`
		Rows       []problemRow   `json:"rows" nullable:"false"`
		ProblemID  int64          `json:"problem_id,omitempty"`
	}
	diagnosisMissing struct {
		Kind string   `json:"kind"`
		Why  string   `json:"why"`
		Lack []string `json:"needs" nullable:"false" doc:"Sheets that are not there."`
	}
	diagnosisSheet struct {
		Part string `json:"part"`
		Rows int64  `json:"rows"`
	}
	diagnosisDocument struct {
		Diagnosis
		Sheets   []diagnosisSheet   `json:"sheets" nullable:"false"`
		Looked   []string           `json:"looked" nullable:"false"`
		Findings []diagnosisFound   `json:"findings" nullable:"false"`
		Missing  []diagnosisMissing `json:"missing" nullable:"false"`
	}
	compareDiagnosesInput struct {
		Before int64 `query:"before" required:"true" minimum:"1"`
		After  int64 `query:"after" required:"true" minimum:"1"`
	}
	diagnosisComparison struct {
		New      []diagnosisFound `json:"new" nullable:"false"`
		Gone     []diagnosisFound `json:"gone" nullable:"false"`
		Both     []diagnosisFound `json:"both" nullable:"false" doc:"As the later one found them."`
		Unlooked []diagnosisFound `json:"unlooked" nullable:"false" doc:"Of kinds that the later one could not judge."`
	}
	identification struct {
		Detected  int       `json:"detected"`
		Heard     int       `json:"heard"`
		Both      int       `json:"both"`
		All       *measured `json:"all,omitempty" doc:"How many problems there are by Chapman's estimate, with a 95 % interval."`
		Rate      string    `json:"identified,omitempty" doc:"Known ones of all."`
		NoRate    string    `json:"why_not_identified,omitempty"`
		Confirmed int       `json:"confirmed"`
		Refuted   int       `json:"refuted"`
		Located   *measured `json:"located,omitempty" doc:"Found true of those looked into, with Wilson's 95 % interval."`
		NoLocated string    `json:"why_not_located,omitempty"`
	}
	measured struct {
		Value string `json:"value"`
		Low   string `json:"low"`
		High  string `json:"high"`
	}
)

func (a *API) diagnosisOperations() {
	service := a.services.Diagnoses
	register(a, operation{id: "list_diagnoses", method: http.MethodGet, path: "/diagnoses", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *listDiagnosesInput) (*output[diagnosisList], error) {
		l, err := service.List(ctx, actor, in.Before)
		out := diagnosisList{Items: []Diagnosis{}, Next: l.Next}
		for i := range l.Runs {
			out.Items = append(out.Items, toAPIDiagnosis(ctx, &l.Runs[i]))
		}
		return &output[diagnosisList]{out}, err
	})
	register(a, operation{id: "start_diagnosis", method: http.MethodPost, path: "/diagnoses", tag: "sales", status: http.StatusCreated}, func(ctx context.Context, actor access.Actor, in *startDiagnosisInput) (*output[Diagnosis], error) {
		var c fact.Checker
		ask := diagnosis.Ask{AsOf: fromAPIDate(&c, "as_of", in.Body.AsOf), Note: strings.TrimSpace(in.Body.Note)}
		if err := c.Err(); err != nil {
			return nil, err
		}
		return startedDiagnosis(ctx)(service.Start(ctx, actor, ask))
	})
	register(a, operation{id: "diagnose_sheets", method: http.MethodPost, path: "/diagnosis-sheets", tag: "sales", status: http.StatusCreated, bytes: DiagnosisBytesMax, upload: access.PermDiagnosisRun}, a.diagnoseSheets)
	register(a, operation{id: "get_diagnosis", method: http.MethodGet, path: "/diagnoses/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[diagnosisDocument], error) {
		v, err := service.Get(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		return &output[diagnosisDocument]{toAPIOutcome(ctx, &v)}, nil
	})
	register(a, operation{id: "compare_diagnoses", method: http.MethodGet, path: "/diagnosis-comparison", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *compareDiagnosesInput) (*output[diagnosisComparison], error) {
		c, err := service.Compare(ctx, actor, in.Before, in.After)
		if err != nil {
			return nil, err
		}
		both := []diagnosisFound{}
		for i := range c.Both {
			both = append(both, toAPIFound(ctx, []diagnosis.Found{c.Both[i].After}, nil)...)
		}
		return &output[diagnosisComparison]{diagnosisComparison{New: toAPIFound(ctx, c.New, nil), Gone: toAPIFound(ctx, c.Gone, nil), Both: both, Unlooked: toAPIFound(ctx, c.Unlooked, nil)}}, nil
	})
	register(a, operation{id: "problem_identification", method: http.MethodGet, path: "/problem-identification", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[identification], error) {
		m, err := a.services.Problems.Measure(ctx, actor)
		if err != nil {
			return nil, err
		}
		return &output[identification]{toAPIIdentification(ctx, &m)}, nil
	})
}

// diagnoseSheets starts a run over files of a form.
func (a *API) diagnoseSheets(ctx context.Context, actor access.Actor, in *startSheetsInput) (*output[Diagnosis], error) {
	form := in.RawBody.Data()
	defer func() {
		for _, file := range form.Files {
			_ = file.Close() // it was only read
		}
	}()
	ask := diagnosis.Ask{Note: strings.TrimSpace(form.Note)}
	for _, file := range form.Files {
		ask.Files = append(ask.Files, ingest.File{Name: path.Base(strings.ReplaceAll(file.Filename, "\\", "/")), Size: file.Size, Open: func() (io.ReadCloser, error) { return io.NopCloser(file), nil }})
	}
	return startedDiagnosis(ctx)(a.services.Diagnoses.Start(ctx, actor, ask))
}

// startedDiagnosis answers with a run that was started.
func startedDiagnosis(ctx context.Context) func(run diagnosis.Run, err error) (*output[Diagnosis], error) {
	return func(run diagnosis.Run, err error) (*output[Diagnosis], error) {
		if err != nil {
			return nil, err
		}
		return &output[Diagnosis]{toAPIDiagnosis(ctx, &run)}, nil
	}
}

func toAPIDiagnosis(ctx context.Context, r *diagnosis.Run) Diagnosis {
	out := Diagnosis{ID: r.ID, State: string(r.State), Origin: string(r.Origin), AsOf: toAPIDate(r.AsOf), Note: r.Note, Found: r.Found, Tests: r.Tests, Digest: r.Digest, ByName: r.CreatedName, CreatedAt: r.CreatedAt, FinishedAt: toAPIInstant(r.FinishedAt), JobID: r.JobID}
	if r.Failure.Key != "" {
		out.Failure = httpx.PrinterFrom(ctx).Message(r.Failure)
	}
	return out
}

func toAPIOutcome(ctx context.Context, v *diagnosis.Shown) diagnosisDocument {
	printer := httpx.PrinterFrom(ctx)
	out := diagnosisDocument{Diagnosis: toAPIDiagnosis(ctx, &v.Run), Sheets: []diagnosisSheet{}, Looked: []string{}, Findings: toAPIFound(ctx, v.Outcome.Findings, v.Problems), Missing: []diagnosisMissing{}}
	for _, s := range v.Outcome.Sheets {
		out.Sheets = append(out.Sheets, diagnosisSheet{string(s.Part), s.Rows})
	}
	for _, kind := range v.Outcome.Looked {
		out.Looked = append(out.Looked, string(kind))
	}
	for _, m := range v.Outcome.Missing {
		one := diagnosisMissing{Kind: string(m.Kind), Why: m.Say(printer, diagnosis.Namer(printer.Zh())), Lack: []string{}}
		for _, part := range m.Parts {
			one.Lack = append(one.Lack, string(part))
		}
		out.Missing = append(out.Missing, one)
	}
	return out
}

func toAPIFound(ctx context.Context, list []diagnosis.Found, ids map[string]int64) []diagnosisFound {
	printer := httpx.PrinterFrom(ctx)
	out := []diagnosisFound{}
	for i := range list {
		f := &list[i]
		one := diagnosisFound{Kind: string(f.Kind), Area: string(f.Area), Name: f.Kind.Name(printer), Said: f.Say(printer), Place: toAPIProblemPlace(ctx, f.Place), Figure: toAPIProblemFigure(&f.Figure), Rows: toAPIProblemRows(f.Rows), ProblemID: ids[f.Identity()]}
		if f.Worth {
			one.MoneyMinor = &f.MoneyMinor
		}
		out = append(out, one)
	}
	return out
}

func toAPIIdentification(ctx context.Context, m *problem.Identification) identification {
	printer := httpx.PrinterFrom(ctx)
	out := identification{Detected: m.Detected, Heard: m.Heard, Both: m.Both, Confirmed: m.Confirmed, Refuted: m.Refuted}
	with := func(value float64, i stats.Interval) *measured {
		return &measured{decimalText(value), decimalText(i.Low), decimalText(i.High)}
	}
	if c := m.Captured; c != nil {
		out.All, out.Rate = with(c.All, c.Interval), decimalText(c.Rate)
	} else {
		out.NoRate = printer.Message(m.NoCapture)
	}
	if l := m.Located; l != nil {
		out.Located = with(l.Share, l.Interval)
	} else {
		out.NoLocated = printer.Message(m.NoLocated)
	}
	return out
}
