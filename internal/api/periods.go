package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
)

// month is a month of pay.
type month struct {
	Month       string     `json:"month" example:"2026-09"`
	State       string     `json:"state" enum:"open,calculating,review,published,approved,closed"`
	Revision    int64      `json:"revision" doc:"Counts the changes of the month."`
	CurrentRun  string     `json:"current_run,omitempty" doc:"The run whose result stands."`
	RunningRun  string     `json:"running_run,omitempty"`
	RunBy       string     `json:"run_by,omitempty" doc:"User who started the current run."`
	PublishedBy string     `json:"published_by,omitempty"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	ObjectUntil *time.Time `json:"object_until,omitempty" doc:"Until when payees may object."`
	ApprovedBy  string     `json:"approved_by,omitempty"`
	ApprovedAt  *time.Time `json:"approved_at,omitempty"`
	ClosedBy    string     `json:"closed_by,omitempty"`
	ClosedAt    *time.Time `json:"closed_at,omitempty"`
	SealHash    string     `json:"seal_hash,omitempty"`
}

// started is a month whose calculation has been started.
type started struct {
	Month month  `json:"month"`
	JobID string `json:"job_id" doc:"Follow it at /jobs/{id}."`
}

// run is one calculation of a whole month.
type run struct {
	ID            string     `json:"id"`
	Month         string     `json:"month"`
	State         string     `json:"state" enum:"running,complete,failed,cancelled"`
	RecordedBatch int64      `json:"recorded_batch" doc:"The facts as recorded up to this batch."`
	PlanVersions  []string   `json:"plan_versions" nullable:"false" doc:"The crediting document's first."`
	EngineVersion string     `json:"engine_version"`
	StartedBy     string     `json:"started_by"`
	StartedAt     *time.Time `json:"started_at,omitempty"`
	FinishedAt    *time.Time `json:"finished_at,omitempty"`
	JobID         string     `json:"job_id"`
	Payees        int64      `json:"payees"`
	Statements    int64      `json:"statements" doc:"Stored so far."`
	TotalMinor    int64      `json:"total_minor" doc:"In minor units of the currency (fen for CNY)."`
	Currency      string     `json:"currency" example:"CNY"`
	Digest        string     `json:"digest,omitempty" doc:"SHA-256 over the digests of the statements."`
	Failure       string     `json:"failure,omitempty" doc:"In your language."`
}

// monthOutput is a month with its tag.
type monthOutput struct {
	ETag string `header:"ETag"`
	Body month
}

// startedOutput is a month under calculation with its tag.
type startedOutput struct {
	ETag string `header:"ETag"`
	Body started
}

// fileOutput is a file to be kept.
type fileOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Digest             string `header:"X-Content-Digest" doc:"sha-256=, then the digest in hex."`
	Signature          string `header:"X-Signature" doc:"The installation's Ed25519 signature of the digest's hex text, base64."`
	Body               []byte
}

type (
	getMonthInput struct {
		MonthPath
		Cached
	}
	stepInput struct {
		MonthPath
		Precondition
	}
	publishInput struct {
		MonthPath
		Precondition
		Body *struct {
			ObjectUntil time.Time `json:"object_until,omitempty" doc:"Until when payees may object; five days when it is left out."`
		}
	}
	approveInput struct {
		MonthPath
		Precondition
		Body *struct {
			Reason string `json:"reason,omitempty" maxLength:"4000" doc:"Why it is approved over open disputes, which then go on in the next month."`
		}
	}
	returnInput struct {
		MonthPath
		Precondition
		Body reason
	}
	pagedMonthInput struct {
		MonthPath
		Paging
	}
	payFileInput struct {
		MonthPath
		Format string `path:"format" enum:"csv,xlsx"`
	}
)

func (a *API) periodOperations() {
	periods := a.services.Periods
	register(a, operation{id: "list_periods", method: http.MethodGet, path: "/periods", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *struct{ Paging }) (*listOutput[month], error) {
			all, err := periods.List(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(p period.Period) string { return p.Month.String() })
			return newList(part, next, toAPIPeriod), err
		})
	register(a, operation{id: "get_period", method: http.MethodGet, path: "/periods/{month}", tag: "periods"}, a.getMonth)
	register(a, operation{id: "calculate", method: http.MethodPost, path: "/periods/{month}/calculate", tag: "periods", status: http.StatusAccepted}, a.calculate)
	register(a, operation{id: "publish", method: http.MethodPost, path: "/periods/{month}/publish", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *publishInput) (*monthOutput, error) {
			change := period.Change{}
			if in.Body != nil {
				change.Until = in.Body.ObjectUntil
			}
			return a.step(ctx, actor, in.MonthPath, in.Precondition, change, periods.Publish)
		})
	register(a, operation{id: "return", method: http.MethodPost, path: "/periods/{month}/return", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *returnInput) (*monthOutput, error) {
			return a.step(ctx, actor, in.MonthPath, in.Precondition, period.Change{Reason: in.Body.Reason}, periods.Return)
		})
	register(a, operation{id: "approve", method: http.MethodPost, path: "/periods/{month}/approve", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *approveInput) (*monthOutput, error) {
			change := period.Change{}
			if in.Body != nil {
				change.Reason = in.Body.Reason
			}
			return a.step(ctx, actor, in.MonthPath, in.Precondition, change, periods.Approve)
		})
	register(a, operation{id: "close", method: http.MethodPost, path: "/periods/{month}/close", tag: "periods"},
		func(ctx context.Context, actor access.Actor, in *stepInput) (*monthOutput, error) {
			return a.step(ctx, actor, in.MonthPath, in.Precondition, period.Change{}, periods.Close)
		})
	register(a, operation{id: "list_runs", method: http.MethodGet, path: "/periods/{month}/runs", tag: "periods"}, a.listRuns)
	register(a, operation{id: "pay_file", method: http.MethodGet, path: "/periods/{month}/pay-file/{format}", tag: "periods", files: []string{typeXLSX, typeCSV}}, a.payFile)
}

func (a *API) getMonth(ctx context.Context, actor access.Actor, in *getMonthInput) (*monthOutput, error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	p, err := a.services.Periods.Get(ctx, actor, wanted)
	if err != nil {
		return nil, err
	}
	return newMonth(p), in.unchanged(periodTag(p))
}

func newMonth(p period.Period) *monthOutput { return &monthOutput{periodTag(p), toAPIPeriod(p)} }

// seenMonth makes the change of a month that the client has seen. The service compares the revision again, within its transaction.
func (a *API) seenMonth(ctx context.Context, actor access.Actor, path MonthPath, in Precondition, change period.Change) (period.Change, error) {
	var err error
	if change.Month, err = path.month(); err != nil || !in.asked() {
		return change, err
	}
	current, err := a.services.Periods.Get(ctx, actor, change.Month)
	if err != nil {
		return change, err
	}
	if !in.fits(periodTag(current)) {
		return change, errStale()
	}
	change.Revision = current.Revision
	return change, nil
}

// step takes one step of a month.
func (a *API) step(ctx context.Context, actor access.Actor, path MonthPath, in Precondition, change period.Change,
	take func(context.Context, access.Actor, period.Change) (period.Period, error)) (*monthOutput, error) {
	change, err := a.seenMonth(ctx, actor, path, in, change)
	if err != nil {
		return nil, err
	}
	p, err := take(ctx, actor, change)
	if err != nil {
		return nil, staleIf(err, "period.changed_meanwhile")
	}
	return newMonth(p), nil
}

func (a *API) calculate(ctx context.Context, actor access.Actor, in *stepInput) (*startedOutput, error) {
	change, err := a.seenMonth(ctx, actor, in.MonthPath, in.Precondition, period.Change{})
	if err != nil {
		return nil, err
	}
	p, err := a.services.Periods.Calculate(ctx, actor, change)
	if err != nil {
		return nil, staleIf(err, "period.changed_meanwhile")
	}
	runs, err := a.services.Periods.Runs(ctx, actor, p.Month)
	if err != nil {
		return nil, err
	}
	out := &startedOutput{periodTag(p), started{Month: toAPIPeriod(p)}}
	for _, r := range runs {
		if r.ID == p.RunningRun {
			out.Body.JobID = r.JobID
		}
	}
	return out, nil
}

func (a *API) listRuns(ctx context.Context, actor access.Actor, in *pagedMonthInput) (*listOutput[run], error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	all, err := a.services.Periods.Runs(ctx, actor, wanted)
	if err != nil {
		return nil, err
	}
	part, next, err := cut(all, in.Paging, runID)
	printer := httpx.PrinterFrom(ctx)
	return newList(part, next, func(r payout.Run) run { return a.toAPIRun(printer, r) }), err
}

func (a *API) payFile(ctx context.Context, actor access.Actor, in *payFileInput) (*fileOutput, error) {
	wanted, err := in.month()
	if err != nil {
		return nil, err
	}
	f, err := a.services.Periods.PayFile(ctx, actor, wanted, in.Format)
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{
		period.FormatCSV:  typeCSV + "; charset=utf-8",
		period.FormatXLSX: typeXLSX,
	}
	return &fileOutput{
		ContentType: kinds[f.Format], ContentDisposition: `attachment; filename="pay-` + wanted.String() + "." + f.Format + `"`,
		Digest: "sha-256=" + f.Digest, Signature: f.Signature, Body: f.Content,
	}, nil
}
