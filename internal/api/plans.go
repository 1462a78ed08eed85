package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/probe"
)

// PlanHead is a version of a document in a list.
type PlanHead struct {
	ID            string     `json:"id" doc:"Id of this version."`
	DocumentID    string     `json:"document_id" doc:"The document's own id." example:"regular"`
	Kind          string     `json:"kind" enum:"plan,crediting,honour,promotion"`
	Number        int        `json:"number" doc:"1, 2, 3 … per document."`
	State         string     `json:"state" enum:"draft,approved,withdrawn"`
	Hash          string     `json:"hash" doc:"SHA-256 of the canonical bytes."`
	NameZh        string     `json:"name_zh"`
	NameEn        string     `json:"name_en"`
	Layer         string     `json:"layer,omitempty"`
	EffectiveFrom string     `json:"effective_from" format:"date"`
	EffectiveTo   string     `json:"effective_to,omitempty" format:"date" doc:"First day on which it holds no more; absent when there is none."`
	AuthorID      string     `json:"author_id"`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	ApproverID    string     `json:"approver_id,omitempty"`
	ApprovedAt    *time.Time `json:"approved_at,omitempty"`
	Note          string     `json:"note,omitempty"`
}

// planVersion is a version with everything that says what it means.
type planVersion struct {
	PlanHead
	Text      string         `json:"text" doc:"As its author wrote it."`
	Canonical string         `json:"canonical" doc:"The canonical bytes, which the hash is of."`
	ProseZh   []plan.Section `json:"prose_zh" nullable:"false" doc:"The text that is signed, in Chinese."`
	ProseEn   []plan.Section `json:"prose_en" nullable:"false" doc:"The text that is signed, in English."`
	Findings  []finding      `json:"findings" nullable:"false"`
}

// finding is one thing that a check has to say about a place in a document.
type finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity" enum:"error,warning,note"`
	Row      int    `json:"row,omitempty"`
	Column   int    `json:"column,omitempty"`
	Path     string `json:"path"`
	Value    string `json:"value,omitempty"`
	Message  string `json:"message" doc:"In your language."`
	Remedy   string `json:"remedy,omitempty" doc:"How to mend it, in your language."`
}

// lintResult is what a text would be. Without errors it has a hash, canonical bytes and prose.
type lintResult struct {
	Valid     bool           `json:"valid" doc:"No finding is an error."`
	Findings  []finding      `json:"findings" nullable:"false"`
	Hash      string         `json:"hash,omitempty"`
	Canonical string         `json:"canonical,omitempty"`
	ProseZh   []plan.Section `json:"prose_zh,omitempty"`
	ProseEn   []plan.Section `json:"prose_en,omitempty"`
	Trial     *planTrial     `json:"trial,omitempty" doc:"What came out on a model person, for those who may read plans."`
}

// planTrial is what a plan pays a model person.
type planTrial struct {
	Level        string        `json:"level"`
	Members      int           `json:"members" doc:"Of the team of who leads; 0 for who sells."`
	QuotaFen     int64         `json:"quota_fen" doc:"Of a month, of each who sells."`
	From         string        `json:"from" example:"2026-01"`
	To           string        `json:"to" example:"2026-12"`
	Costs        []planCost    `json:"costs" nullable:"false" doc:"With even months at an attainment."`
	GamingPoints []gamingPoint `json:"gaming_points" nullable:"false" doc:"Where one more fen of a month's sales changes pay by a leap."`
}

type planCost struct {
	AttainmentPercent int   `json:"attainment_percent"`
	SalesFen          int64 `json:"sales_fen"`
	PayFen            int64 `json:"pay_fen"`
}

type gamingPoint struct {
	SalesFen   int64    `json:"sales_fen" doc:"From here on."`
	BeforeFen  int64    `json:"before_fen" doc:"Pay for one fen less."`
	AfterFen   int64    `json:"after_fen"`
	Components []string `json:"components" nullable:"false" doc:"That leap."`
	Fix        string   `json:"fix" enum:"marginal,deduct,interpolated,smaller"`
}

// planExample is how a worked example of a version comes out.
type planExample struct {
	Title   string `json:"title"`
	Passes  bool   `json:"passes"`
	Message string `json:"message" doc:"How it came out, in your language: the first amount that differs."`
}

// planChange is one difference between two versions, in words.
type planChange struct {
	Path   string `json:"path"`
	What   string `json:"what" doc:"In your language."`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Text   string `json:"text" doc:"The whole sentence."`
}

// planOutput is a version with its tag.
type planOutput struct {
	ETag string `header:"ETag"`
	Body planVersion
}

type (
	listPlansInput struct {
		Paging
		DocumentID string `query:"document_id" maxLength:"100"`
		Kind       string `query:"kind" enum:"plan,crediting,honour,promotion"`
		State      string `query:"state" enum:"draft,approved,withdrawn"`
	}
	getPlanInput struct {
		ByID
		Cached
	}
	draft struct {
		Text string `json:"text" doc:"The document in YAML."`
		Note string `json:"note,omitempty" maxLength:"2000" doc:"What is new and why."`
	}
	saveDraftInput struct {
		Body struct {
			Text       string `json:"text" doc:"The document in YAML."`
			Note       string `json:"note,omitempty" maxLength:"2000" doc:"What is new and why."`
			DecisionID int64  `json:"decision_id,omitempty" doc:"The decision that it follows from."`
		}
	}
	replaceDraftInput struct {
		ByID
		Precondition
		Body draft
	}
	approvePlanInput struct {
		ByID
		Precondition
	}
	withdrawPlanInput struct {
		ByID
		Precondition
		Body reason
	}
	planExamplesInput struct{ ByID }
	diffPlansInput    struct {
		ByID
		With string `query:"with" required:"true" maxLength:"100" doc:"Id of the earlier version."`
	}
	lintInput struct {
		Body struct {
			Text string `json:"text" doc:"The document in YAML."`
		}
	}
	reason struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
)

// planBytesMax leaves room for a document of the greatest size with every character escaped.
const planBytesMax = 6*planbook.TextBytesMax + 1<<14

func (a *API) planOperations() {
	register(a, operation{id: "list_plans", method: http.MethodGet, path: "/plans", tag: "plans"}, a.listPlans)
	register(a, operation{id: "get_plan", method: http.MethodGet, path: "/plans/{id}", tag: "plans"}, a.getPlan)
	register(a, operation{id: "save_draft", method: http.MethodPost, path: "/plans", tag: "plans", status: http.StatusCreated, bytes: planBytesMax},
		func(ctx context.Context, actor access.Actor, in *saveDraftInput) (*planOutput, error) {
			return a.savePlan(ctx, actor, planbook.Draft{Text: in.Body.Text, Note: in.Body.Note, DecisionID: in.Body.DecisionID})
		})
	register(a, operation{id: "replace_draft", method: http.MethodPut, path: "/plans/{id}", tag: "plans", bytes: planBytesMax},
		func(ctx context.Context, actor access.Actor, in *replaceDraftInput) (*planOutput, error) {
			seen, err := a.seenPlan(ctx, actor, in.ID, in.Precondition)
			if err != nil {
				return nil, err
			}
			return a.savePlan(ctx, actor, planbook.Draft{VersionID: in.ID, Seen: seen, Text: in.Body.Text, Note: in.Body.Note})
		})
	register(a, operation{id: "approve_plan", method: http.MethodPost, path: "/plans/{id}/approve", tag: "plans"},
		func(ctx context.Context, actor access.Actor, in *approvePlanInput) (*planOutput, error) {
			seen, err := a.seenPlan(ctx, actor, in.ID, in.Precondition)
			if err != nil {
				return nil, err
			}
			if _, err := a.services.Plans.ApproveSeen(ctx, actor, in.ID, seen); err != nil {
				return nil, staleIf(err, "planbook.changed_meanwhile")
			}
			return a.readPlan(ctx, actor, in.ID)
		})
	register(a, operation{id: "withdraw_plan", method: http.MethodPost, path: "/plans/{id}/withdraw", tag: "plans"},
		func(ctx context.Context, actor access.Actor, in *withdrawPlanInput) (*planOutput, error) {
			if _, err := a.seenPlan(ctx, actor, in.ID, in.Precondition); err != nil {
				return nil, err
			}
			if err := a.services.Plans.Withdraw(ctx, actor, in.ID, in.Body.Reason); err != nil {
				return nil, err
			}
			return a.readPlan(ctx, actor, in.ID)
		})
	register(a, operation{id: "lint_plan", method: http.MethodPost, path: "/plan-lint", tag: "plans", reads: true, bytes: planBytesMax},
		a.lintPlan)
	register(a, operation{id: "list_plan_examples", method: http.MethodGet, path: "/plans/{id}/examples", tag: "plans"},
		func(ctx context.Context, actor access.Actor, in *planExamplesInput) (*listOutput[planExample], error) {
			examples, err := a.services.Plans.Examples(ctx, actor, in.ID)
			if err != nil {
				return nil, err
			}
			printer := httpx.PrinterFrom(ctx)
			return newList(examples, "", func(e planbook.Example) planExample {
				return planExample{Title: e.Title, Passes: e.Passes, Message: printer.Message(e.Message())}
			}), nil
		})
	register(a, operation{id: "diff_plans", method: http.MethodGet, path: "/plans/{id}/changes", tag: "plans"}, a.diffPlans)
}

// lintPlan judges a text; who may read plans also learns what lints and a trial find beside the plans in force.
func (a *API) lintPlan(ctx context.Context, actor access.Actor, in *lintInput) (*output[lintResult], error) {
	document, findings := plan.Inspect("", []byte(in.Body.Text))
	printer := httpx.PrinterFrom(ctx)
	if document == nil || !actor.Can(access.PermPlanRead) {
		return &output[lintResult]{toAPILint(printer, document, findings)}, nil
	}
	together, err := a.services.Plans.Together(ctx, actor, document)
	if err != nil {
		return nil, err
	}
	more, trial := probe.LintTogether(document, together)
	out := toAPILint(printer, document, append(findings, more...))
	out.Trial = toAPITrial(trial)
	return &output[lintResult]{out}, nil
}

// diffPlans says what changed from another version of a plan to this one.
func (a *API) diffPlans(ctx context.Context, actor access.Actor, in *diffPlansInput) (*listOutput[planChange], error) {
	_, after, err := a.services.Plans.Get(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	_, before, err := a.services.Plans.Get(ctx, actor, in.With)
	if err != nil {
		return nil, err
	}
	if before.Plan == nil || after.Plan == nil {
		return nil, errs.New(errs.KindConflict, "planbook.other_kind", errs.Args{"Document": in.ID})
	}
	lang := plan.LangEn
	if httpx.PrinterFrom(ctx).Zh() {
		lang = plan.LangZh
	}
	return newList(plan.Diff(before.Plan, after.Plan, lang), "", toAPIChange), nil
}

func (a *API) listPlans(ctx context.Context, actor access.Actor, in *listPlansInput) (*listOutput[PlanHead], error) {
	all, err := a.services.Plans.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	var wanted []planbook.Version
	for _, v := range all {
		if (in.DocumentID == "" || in.DocumentID == v.DocumentID) && (in.Kind == "" || in.Kind == string(v.Kind)) && (in.State == "" || in.State == string(v.State)) {
			wanted = append(wanted, v)
		}
	}
	part, next, err := cut(wanted, in.Paging, func(v planbook.Version) string { return v.ID })
	return newList(part, next, toAPIPlanHead), err
}

func (a *API) getPlan(ctx context.Context, actor access.Actor, in *getPlanInput) (*planOutput, error) {
	out, err := a.readPlan(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return out, in.unchanged(out.ETag)
}

func (a *API) readPlan(ctx context.Context, actor access.Actor, id string) (*planOutput, error) {
	version, document, err := a.services.Plans.Get(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return &planOutput{ETag: quoted(version.Tag()), Body: toAPIPlanVersion(httpx.PrinterFrom(ctx), version, document)}, nil
}

func (a *API) savePlan(ctx context.Context, actor access.Actor, in planbook.Draft) (*planOutput, error) {
	version, err := a.services.Plans.Save(ctx, actor, in)
	if err != nil {
		return nil, staleIf(err, "planbook.changed_meanwhile")
	}
	return a.readPlan(ctx, actor, version.ID)
}

// seenPlan returns the tag of the version that a change is meant for; empty when the client didn't say.
func (a *API) seenPlan(ctx context.Context, actor access.Actor, id string, in Precondition) (string, error) {
	if !in.asked() {
		return "", nil
	}
	version, _, err := a.services.Plans.Get(ctx, actor, id)
	if err != nil {
		return "", err
	}
	if !in.fits(quoted(version.Tag())) {
		return "", errStale()
	}
	return version.Tag(), nil
}

// staleIf turns the conflict with the message key, found inside the service's transaction, into a 412.
func staleIf(err error, key string) error {
	if known, ok := errors.AsType[*errs.Error](err); ok && known.Kind == errs.KindConflict && known.Message.Key == key {
		return errStale()
	}
	return err
}
