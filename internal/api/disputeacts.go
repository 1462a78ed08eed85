package api

import (
	"context"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dispute"
)

// DisputePath is a dispute in an address.
type DisputePath struct {
	ID string `path:"id" maxLength:"64"`
}

// disputeRules are the company's rules for disputes.
type disputeRules struct {
	AppealDays     int    `json:"appeal_days" minimum:"1" maximum:"365" doc:"After the close, in days of the calendar."`
	AnswerWorkDays int    `json:"answer_work_days" minimum:"1" maximum:"60" doc:"Until an answer is due, in working days."`
	Approval       string `json:"approval" enum:"reason,ruled" doc:"Over open disputes a month can be approved with a reason, or only when they are ruled."`
}

// disputeRulesOutput is the rules with their tag.
type disputeRulesOutput struct {
	ETag string `header:"ETag"`
	Body disputeRules
}

// evidenceBytesMax is the greatest request with a file in base64.
const evidenceBytesMax = 3 << 20

type (
	raiseInput struct {
		Body struct {
			Month         string `json:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
			PlanID        string `json:"plan_id,omitempty" maxLength:"100"`
			Line          string `json:"line" maxLength:"1000" doc:"Key of the line, as listed at /statements/mine/{month}/lines."`
			Cause         string `json:"cause" enum:"missing_payment,wrong_split,wrong_level,wrong_quota,rule_reading,other"`
			Text          string `json:"text" maxLength:"4000"`
			ExpectedMinor *int64 `json:"expected_minor,omitempty" doc:"What the line should be, in minor units."`
		}
	}
	sayInput struct {
		DisputePath
		Body struct {
			Text string `json:"text" maxLength:"4000"`
		}
	}
	speakInput struct {
		DisputePath
		Body struct {
			Voice       string `json:"voice" enum:"sales,finance,hr"`
			Outcome     string `json:"outcome" enum:"accepted,partly,rejected"`
			AmountMinor *int64 `json:"amount_minor,omitempty" doc:"What the line should be; needed for partly."`
			Reason      string `json:"reason" maxLength:"4000"`
		}
	}
	withdrawInput struct {
		DisputePath
		Body *struct {
			Reason string `json:"reason,omitempty" maxLength:"4000"`
		}
	}
	deferInput struct {
		DisputePath
		Body reason
	}
	correctInput struct {
		DisputePath
		Body correction
	}
	attachInput struct {
		DisputePath
		Body struct {
			Name    string `json:"name" maxLength:"200"`
			Content []byte `json:"content" doc:"In base64; at most 2 MB before that."`
		}
	}
	disputeFileInput struct {
		DisputePath
		FileID string `path:"file_id" maxLength:"64"`
	}
	saveRulesInput struct {
		Precondition
		Body disputeRules
	}
)

func (a *API) disputeActOperations() {
	disputes := a.services.Disputes
	post := func(id, path string) operation {
		return operation{id: id, method: http.MethodPost, path: "/disputes/{id}/" + path, tag: "disputes"}
	}
	register(a, operation{id: "raise_dispute", method: http.MethodPost, path: "/disputes", tag: "disputes", status: http.StatusCreated}, a.raiseDispute)
	register(a, post("take_dispute", "take"), func(ctx context.Context, actor access.Actor, in *DisputePath) (*output[fullDispute], error) {
		f, err := disputes.Take(ctx, actor, in.ID)
		return a.newDispute(f), err
	})
	register(a, post("comment_dispute", "comments"), func(ctx context.Context, actor access.Actor, in *sayInput) (*output[fullDispute], error) {
		f, err := disputes.Say(ctx, actor, in.ID, in.Body.Text)
		return a.newDispute(f), err
	})
	register(a, post("speak_dispute", "voices"), func(ctx context.Context, actor access.Actor, in *speakInput) (*output[fullDispute], error) {
		f, err := disputes.Speak(ctx, actor, in.ID, dispute.Speak{Voice: dispute.Voice(in.Body.Voice), Outcome: dispute.Outcome(in.Body.Outcome), AmountMinor: in.Body.AmountMinor, Reason: in.Body.Reason})
		return a.newDispute(f), renamed(err, "amount", "amount_minor")
	})
	register(a, post("withdraw_dispute", "withdraw"), func(ctx context.Context, actor access.Actor, in *withdrawInput) (*output[fullDispute], error) {
		why := ""
		if in.Body != nil {
			why = in.Body.Reason
		}
		f, err := disputes.Withdraw(ctx, actor, in.ID, why)
		return a.newDispute(f), err
	})
	register(a, post("defer_dispute", "defer"), func(ctx context.Context, actor access.Actor, in *deferInput) (*output[fullDispute], error) {
		f, err := disputes.Defer(ctx, actor, in.ID, in.Body.Reason)
		return a.newDispute(f), err
	})
	register(a, post("correct_dispute", "correction"), func(ctx context.Context, actor access.Actor, in *correctInput) (*output[fullDispute], error) {
		f, err := disputes.Correct(ctx, actor, in.ID, dispute.Reference{Kind: in.Body.Kind, ID: in.Body.ID})
		return a.newDispute(f), renamed(err, "reference", "id")
	})
	attach := post("attach_to_dispute", "files")
	attach.bytes = evidenceBytesMax
	register(a, attach, func(ctx context.Context, actor access.Actor, in *attachInput) (*output[fullDispute], error) {
		f, err := disputes.Attach(ctx, actor, in.ID, []dispute.Evidence{{Name: in.Body.Name, Content: in.Body.Content}})
		return a.newDispute(f), renamed(err, "files", "content")
	})
	register(a, operation{id: "get_dispute_file", method: http.MethodGet, path: "/disputes/{id}/files/{file_id}", tag: "disputes", files: []string{"application/octet-stream"}},
		func(ctx context.Context, actor access.Actor, in *disputeFileInput) (*download, error) {
			f, err := disputes.File(ctx, actor, in.ID, in.FileID)
			if err != nil {
				return nil, err
			}
			return newDownload(f.MediaType, f.Name, f.Content), nil
		})
	register(a, operation{id: "get_dispute_rules", method: http.MethodGet, path: "/dispute-rules", tag: "disputes"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*disputeRulesOutput, error) {
			rules, err := disputes.Rules(ctx, actor)
			return newRules(rules), err
		})
	register(a, operation{id: "save_dispute_rules", method: http.MethodPut, path: "/dispute-rules", tag: "disputes"}, a.saveDisputeRules)
}

func (a *API) raiseDispute(ctx context.Context, actor access.Actor, in *raiseInput) (*output[fullDispute], error) {
	wanted, err := fromAPIMonth(in.Body.Month)
	if err != nil {
		return nil, err
	}
	line, ok := dispute.ParseLine(in.Body.Line)
	if !ok {
		return nil, badLine()
	}
	d, err := a.services.Disputes.Raise(ctx, actor, dispute.Raise{Month: wanted, PlanID: in.Body.PlanID, Line: line, Cause: dispute.Cause(in.Body.Cause), Text: in.Body.Text,
		ExpectedMinor: in.Body.ExpectedMinor})
	if err != nil {
		return nil, renamed(err, "expected", "expected_minor")
	}
	f, err := a.services.Disputes.Get(ctx, actor, d.ID)
	return a.newDispute(f), err
}

func newRules(r dispute.Rules) *disputeRulesOutput {
	return &disputeRulesOutput{rulesTag(r), disputeRules{r.AppealDays, r.AnswerWorkDays, string(r.Approval)}}
}

func rulesTag(r dispute.Rules) string {
	return quoted("dispute-rules." + strconv.FormatInt(r.Revision, 10))
}

func (a *API) saveDisputeRules(ctx context.Context, actor access.Actor, in *saveRulesInput) (*disputeRulesOutput, error) {
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return nil, err
	}
	before, err := a.services.Disputes.Rules(ctx, actor)
	if err != nil {
		return nil, err
	}
	if !in.fits(rulesTag(before)) {
		return nil, errStale()
	}
	after, err := a.services.Disputes.SaveRules(ctx, actor, dispute.Rules{AppealDays: in.Body.AppealDays, AnswerWorkDays: in.Body.AnswerWorkDays,
		Approval: dispute.Approval(in.Body.Approval), Revision: before.Revision})
	return newRules(after), staleIf(err, "dispute.changed_meanwhile")
}
