package store

import (
	"context"
	"time"

	"xiaoguan/internal/process"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/survey"
)

// ServiceRows are after-sales records as they come from elsewhere, many at once, with their numbers given. Nothing is checked, and nothing
// audited but the act of bringing them in, which is for who does it.
type ServiceRows struct {
	Cases    []servicecase.Case
	Comments []servicecase.Comment
	Owners   []ServiceOwnerRow
	Changes  []process.Change
}

// ServiceOwnerRow says who looks after a customer.
type ServiceOwnerRow struct {
	CustomerID, PersonID int64
	Since                time.Time
	SetBy                string
}

// PutServiceRows writes after-sales records in bulk.
func (tx *Tx) PutServiceRows(ctx context.Context, s ServiceRows) error {
	if err := putRows(ctx, tx, "service_case", serviceCaseColumns, s.Cases, serviceCaseValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "service_comment", serviceCommentColumns, s.Comments, serviceCommentValues); err != nil {
		return err
	}
	owner := func(o ServiceOwnerRow) []any { return []any{o.CustomerID, o.PersonID, instant(o.Since), o.SetBy} }
	if err := putRows(ctx, tx, "service_owner", []string{"customer_id", "person_id", "since", "set_by"}, s.Owners, owner); err != nil {
		return err
	}
	return putRows(ctx, tx, "work_change", changeColumns, s.Changes, changeValues)
}

// SurveyRows are return visits and surveys as ServiceRows are.
type SurveyRows struct {
	Rules       []revisit.Rule
	Visits      []revisit.Visit
	Surveys     []survey.Survey
	Invitations []survey.Invitation
	Answers     []survey.Answer
}

// PutSurveyRows writes return visits and surveys in bulk.
func (tx *Tx) PutSurveyRows(ctx context.Context, s SurveyRows) error {
	if err := putRows(ctx, tx, "return_visit_rule", visitRuleColumns, s.Rules, visitRuleValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "return_visit", visitColumns, s.Visits, visitValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "survey", surveyColumns, s.Surveys, surveyValues); err != nil {
		return err
	}
	if err := putRows(ctx, tx, "survey_invitation", invitationColumns, s.Invitations, invitationValues); err != nil {
		return err
	}
	return putRows(ctx, tx, "survey_answer", answerColumns, s.Answers, answerValues)
}
