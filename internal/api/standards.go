package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
)

// StandardHead is a version of the process standard in a list.
type StandardHead struct {
	ID          string     `json:"id" doc:"Id of this version; shipped for the one that ships."`
	Number      int        `json:"number" doc:"1, 2, 3 …; 0 for the one that ships."`
	State       string     `json:"state" enum:"draft,submitted,approved,retired"`
	InForce     bool       `json:"in_force" doc:"It judges open cases today."`
	Hash        string     `json:"hash" doc:"SHA-256 of the canonical bytes."`
	NameZh      string     `json:"name_zh"`
	NameEn      string     `json:"name_en"`
	EffectiveOn string     `json:"effective_on" format:"date" doc:"First day in force, once it is approved."`
	AuthorID    string     `json:"author_id,omitempty"`
	CreatedAt   *time.Time `json:"created_at,omitempty"`
	SubmittedAt *time.Time `json:"submitted_at,omitempty"`
	ApproverID  string     `json:"approver_id,omitempty"`
	ApprovedAt  *time.Time `json:"approved_at,omitempty"`
	Note        string     `json:"note,omitempty"`
	Decision    string     `json:"decision,omitempty" doc:"Why it was sent back or retired."`
}

// standardSection is a chapter of the handbook: the preamble, then one for each stage.
type standardSection struct {
	Heading    string   `json:"heading"`
	Path       string   `json:"path" doc:"Place in the document that it states."`
	Paragraphs []string `json:"paragraphs" nullable:"false"`
}

func toAPISections(sections []sop.Section) []standardSection {
	out := make([]standardSection, 0, len(sections))
	for _, s := range sections {
		section := standardSection{Heading: s.Heading, Path: s.Path, Paragraphs: []string{}}
		for _, p := range s.Paragraphs {
			section.Paragraphs = append(section.Paragraphs, p.Text)
		}
		out = append(out, section)
	}
	return out
}

// standardVersion is a version with everything that says what it means.
type standardVersion struct {
	StandardHead
	Text      string            `json:"text" doc:"As its author wrote it."`
	Canonical string            `json:"canonical" doc:"The canonical bytes, which the hash is of."`
	ProseZh   []standardSection `json:"prose_zh" nullable:"false" doc:"The handbook's text in Chinese."`
	ProseEn   []standardSection `json:"prose_en" nullable:"false" doc:"The handbook's text in English."`
	Findings  []finding         `json:"findings" nullable:"false"`
}

// standardLint is what a text would be. Without errors it has a hash and prose.
type standardLint struct {
	Valid    bool              `json:"valid" doc:"No finding is an error."`
	Findings []finding         `json:"findings" nullable:"false"`
	Hash     string            `json:"hash,omitempty"`
	ProseZh  []standardSection `json:"prose_zh,omitempty"`
	ProseEn  []standardSection `json:"prose_en,omitempty"`
}

// standardOutput is a version with its tag.
type standardOutput struct {
	ETag string `header:"ETag"`
	Body standardVersion
}

type (
	standardDraft struct {
		Text        string `json:"text" doc:"The document in YAML."`
		EffectiveOn string `json:"effective_on" format:"date"`
		Note        string `json:"note,omitempty" maxLength:"8000" doc:"What is new and why."`
	}
	listStandardsInput struct {
		Paging
		State string `query:"state" enum:"draft,submitted,approved,retired"`
	}
	saveStandardInput struct {
		Body struct {
			Text        string `json:"text" doc:"The document in YAML."`
			EffectiveOn string `json:"effective_on" format:"date"`
			Note        string `json:"note,omitempty" maxLength:"8000" doc:"What is new and why."`
			DecisionID  int64  `json:"decision_id,omitempty" doc:"The decision that it follows from."`
		}
	}
	replaceStandardInput struct {
		ByID
		Precondition
		Body standardDraft
	}
	actStandardInput struct {
		ByID
		Precondition
	}
	decideStandardInput struct {
		ByID
		Precondition
		Body reason
	}
)

func (a *API) standardOperations() {
	standards := a.services.Standards
	register(a, operation{id: "list_standards", method: http.MethodGet, path: "/standards", tag: "process"}, a.listStandards)
	register(a, operation{id: "get_standard", method: http.MethodGet, path: "/standards/{id}", tag: "process"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*standardOutput, error) {
			return a.readStandard(ctx, actor, in.ID)
		})
	register(a, operation{id: "save_standard", method: http.MethodPost, path: "/standards", tag: "process", status: http.StatusCreated, bytes: planBytesMax},
		func(ctx context.Context, actor access.Actor, in *saveStandardInput) (*standardOutput, error) {
			return a.saveStandard(ctx, actor, "", "", in.Body.DecisionID, standardDraft{in.Body.Text, in.Body.EffectiveOn, in.Body.Note})
		})
	register(a, operation{id: "replace_standard", method: http.MethodPut, path: "/standards/{id}", tag: "process", bytes: planBytesMax},
		func(ctx context.Context, actor access.Actor, in *replaceStandardInput) (*standardOutput, error) {
			seen, err := a.seenStandard(ctx, actor, in.ID, in.Precondition)
			if err != nil {
				return nil, err
			}
			return a.saveStandard(ctx, actor, in.ID, seen, 0, in.Body)
		})
	plain := func(id, act string, do func(context.Context, access.Actor, string, string) (standard.Version, error)) {
		register(a, operation{id: id, method: http.MethodPost, path: "/standards/{id}/" + act, tag: "process"}, func(ctx context.Context, actor access.Actor, in *actStandardInput) (*standardOutput, error) {
			return a.actOnStandard(ctx, actor, in.ID, in.Precondition, func(seen string) error {
				_, err := do(ctx, actor, in.ID, seen)
				return err
			})
		})
	}
	plain("submit_standard", "submit", standards.Submit)
	plain("approve_standard", "approve", standards.Approve)
	reasoned := func(id, act string, do func(context.Context, access.Actor, string, string, string) (standard.Version, error)) {
		register(a, operation{id: id, method: http.MethodPost, path: "/standards/{id}/" + act, tag: "process"}, func(ctx context.Context, actor access.Actor, in *decideStandardInput) (*standardOutput, error) {
			return a.actOnStandard(ctx, actor, in.ID, in.Precondition, func(seen string) error {
				_, err := do(ctx, actor, in.ID, seen, in.Body.Reason)
				return err
			})
		})
	}
	reasoned("return_standard", "return", standards.Return)
	reasoned("retire_standard", "retire", standards.Retire)
	register(a, operation{id: "lint_standard", method: http.MethodPost, path: "/standard-lint", tag: "process", reads: true, bytes: planBytesMax},
		func(ctx context.Context, _ access.Actor, in *lintInput) (*output[standardLint], error) {
			document, findings := sop.Inspect("", []byte(in.Body.Text))
			out := standardLint{Valid: !ruledoc.HasErrors(findings), Findings: toAPIFindings(httpx.PrinterFrom(ctx), findings)}
			if document != nil {
				out.Hash, out.ProseZh, out.ProseEn = document.Hash(), toAPISections(document.Prose(sop.LangZh)), toAPISections(document.Prose(sop.LangEn))
			}
			return &output[standardLint]{out}, nil
		})
	a.caseOperations()
	a.complianceOperations()
	a.handbookOperations()
}

func (a *API) listStandards(ctx context.Context, actor access.Actor, in *listStandardsInput) (*listOutput[StandardHead], error) {
	all, err := a.services.Standards.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	current, _, err := a.services.Standards.Current(ctx, actor)
	if err != nil {
		return nil, err
	}
	var wanted []standard.Version
	for _, v := range all {
		if in.State == "" || in.State == string(v.State) {
			wanted = append(wanted, v)
		}
	}
	part, next, err := cut(wanted, in.Paging, func(v standard.Version) string { return v.ID })
	return newList(part, next, func(v standard.Version) StandardHead { return toAPIStandard(v, current) }), err
}

func toAPIStandard(v, current standard.Version) StandardHead {
	return StandardHead{ID: v.ID, Number: v.Number, State: string(v.State), InForce: v.ID == current.ID, Hash: v.Hash, NameZh: v.Name.Zh, NameEn: v.Name.En, EffectiveOn: toAPIDate(v.EffectiveOn), AuthorID: v.AuthorID,
		CreatedAt: toAPIInstant(v.CreatedAt), SubmittedAt: toAPIInstant(v.SubmittedAt), ApproverID: v.ApproverID, ApprovedAt: toAPIInstant(v.ApprovedAt), Note: v.Note, Decision: v.Decision}
}

func (a *API) readStandard(ctx context.Context, actor access.Actor, id string) (*standardOutput, error) {
	v, document, err := a.services.Standards.Get(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	current, _, err := a.services.Standards.Current(ctx, actor)
	if err != nil {
		return nil, err
	}
	_, findings := sop.Inspect("", []byte(v.Text))
	return &standardOutput{ETag: quoted(v.Tag()), Body: standardVersion{StandardHead: toAPIStandard(v, current), Text: v.Text, Canonical: string(document.Canonical()), ProseZh: toAPISections(document.Prose(sop.LangZh)), ProseEn: toAPISections(document.Prose(sop.LangEn)),
		Findings: toAPIFindings(httpx.PrinterFrom(ctx), findings)}}, nil
}

func (a *API) saveStandard(ctx context.Context, actor access.Actor, id, seen string, decisionID int64, in standardDraft) (*standardOutput, error) {
	var c fact.Checker
	draft := standard.Draft{VersionID: id, Seen: seen, Text: in.Text, EffectiveOn: fromAPIDate(&c, "effective_on", in.EffectiveOn), Note: in.Note, DecisionID: decisionID}
	if err := c.Err(); err != nil {
		return nil, err
	}
	v, err := a.services.Standards.Save(ctx, actor, draft)
	if err != nil {
		return nil, staleIf(err, "standard.changed_meanwhile")
	}
	return a.readStandard(ctx, actor, v.ID)
}

// seenStandard returns the tag of the version that a change is meant for; empty when the client didn't say.
func (a *API) seenStandard(ctx context.Context, actor access.Actor, id string, in Precondition) (string, error) {
	if !in.asked() {
		return "", nil
	}
	v, _, err := a.services.Standards.Get(ctx, actor, id)
	if err != nil {
		return "", err
	}
	if !in.fits(quoted(v.Tag())) {
		return "", errStale()
	}
	return v.Tag(), nil
}

func (a *API) actOnStandard(ctx context.Context, actor access.Actor, id string, in Precondition, do func(seen string) error) (*standardOutput, error) {
	seen, err := a.seenStandard(ctx, actor, id, in)
	if err != nil {
		return nil, err
	}
	if err := do(seen); err != nil {
		return nil, staleIf(err, "standard.changed_meanwhile")
	}
	return a.readStandard(ctx, actor, id)
}
