package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/survey"
)

// SurveyStore returns the store of package survey.
func (db *DB) SurveyStore() survey.Store { return surveyStore{db} }

type surveyStore struct{ db *DB }

// InTx implements survey.Store.
func (s surveyStore) InTx(ctx context.Context, fn func(survey.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements survey.Store.
func (s surveyStore) Read(ctx context.Context, fn func(survey.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var surveyColumns = []string{"id", "name", "kind", "anonymous", "valid_days", "low_until", "opens_case", "active", "sent_after", "sent_after_days", "quiet_days", "remind_after_days", "sent_since", "created_by", "created_at", "revision"}

func surveyValues(s survey.Survey) []any {
	return []any{s.ID, s.Name, string(s.Kind), s.Anonymous, s.ValidDays, s.LowUntil, s.OpensCase, s.Active, string(s.Rule.After), s.Rule.AfterDays, s.Rule.QuietDays, s.Rule.RemindDays, s.Rule.Since.String(), s.CreatedBy, instant(s.CreatedAt), s.Revision}
}

var surveySelect = "SELECT " + strings.Join(surveyColumns, ", ") + " FROM survey"

func scanSurvey(r rows, s *survey.Survey) error {
	return r.Scan(&s.ID, &s.Name, &s.Kind, &s.Anonymous, &s.ValidDays, &s.LowUntil, &s.OpensCase, &s.Active, &s.Rule.After, &s.Rule.AfterDays, &s.Rule.QuietDays, &s.Rule.RemindDays, scanDate(&s.Rule.Since), &s.CreatedBy, scanTime(&s.CreatedAt), &s.Revision)
}

// Surveys implements survey.Reader.
func (tx *Tx) Surveys(ctx context.Context) ([]survey.Survey, error) {
	return collect(ctx, tx, scanSurvey, surveySelect+" ORDER BY id DESC LIMIT 200")
}

// Survey implements survey.Reader.
func (tx *Tx) Survey(ctx context.Context, id int64) (survey.Survey, error) {
	return one(ctx, tx, "survey.missing", scanSurvey, surveySelect+" WHERE id = $1", id)
}

// InsertSurvey implements survey.Tx.
func (tx *Tx) InsertSurvey(ctx context.Context, s survey.Survey) error {
	return tx.insertRow(ctx, "survey", surveyColumns, surveyValues(s))
}

// SaveSurvey implements survey.Tx.
func (tx *Tx) SaveSurvey(ctx context.Context, s survey.Survey) error {
	return mustChange(ctx, tx, "survey.changed_meanwhile", "UPDATE survey SET name = $2, valid_days = $3, low_until = $4, opens_case = $5, active = $6, sent_after = $8, sent_after_days = $9, quiet_days = $10, remind_after_days = $11, sent_since = $12, revision = $7 WHERE id = $1 AND revision = $7 - 1",
		s.ID, s.Name, s.ValidDays, s.LowUntil, s.OpensCase, s.Active, s.Revision, string(s.Rule.After), s.Rule.AfterDays, s.Rule.QuietDays, s.Rule.RemindDays, s.Rule.Since.String())
}

var invitationColumns = []string{"id", "survey_id", "customer_id", "contact_id", "case_id", "opportunity_id", "deal_key", "product_id", "seller_id", "owner_id", "team_id", "token_hash", "created_by", "created_at", "expires_at", "answered", "opened_at"}

func invitationValues(i survey.Invitation) []any {
	return []any{i.ID, i.SurveyID, i.CustomerID, i.ContactID, i.CaseID, i.OpportunityID, i.DealKey, i.ProductID, i.SellerID, i.OwnerID, i.TeamID, i.Hash, i.CreatedBy, instant(i.CreatedAt), instant(i.ExpiresAt), i.Answered, instant(i.OpenedAt)}
}

// InsertSurveyInvitation implements survey.Tx.
func (tx *Tx) InsertSurveyInvitation(ctx context.Context, i survey.Invitation) error {
	return tx.insertRow(ctx, "survey_invitation", invitationColumns, invitationValues(i))
}

// SurveyInvitation implements survey.Reader.
func (tx *Tx) SurveyInvitation(ctx context.Context, hash string) (survey.Invitation, error) {
	return one(ctx, tx, "survey.no_such_link", func(r rows, i *survey.Invitation) error {
		return r.Scan(&i.ID, &i.SurveyID, &i.CustomerID, &i.ContactID, &i.CaseID, &i.OpportunityID, &i.DealKey, &i.ProductID, &i.SellerID, &i.OwnerID, &i.TeamID, &i.Hash, &i.CreatedBy, scanTime(&i.CreatedAt), scanTime(&i.ExpiresAt), &i.Answered, scanTime(&i.OpenedAt))
	}, "SELECT "+strings.Join(invitationColumns, ", ")+" FROM survey_invitation WHERE token_hash = $1", hash)
}

// TakeSurveyInvitation implements survey.Tx.
func (tx *Tx) TakeSurveyInvitation(ctx context.Context, id int64) error {
	return mustChange(ctx, tx, "survey.answered", "UPDATE survey_invitation SET answered = TRUE WHERE id = $1 AND answered = FALSE", id)
}

var answerColumns = []string{"id", "survey_id", "answered_on", "score", "comment", "lang", "customer_id", "contact_id", "case_id", "opportunity_id", "deal_key", "product_id", "seller_id", "owner_id", "team_id", "raised_id"}

func answerValues(a survey.Answer) []any {
	return []any{a.ID, a.SurveyID, a.AnsweredOn.String(), a.Score, a.Comment, a.Lang, a.About.CustomerID, a.About.ContactID, a.About.CaseID, a.About.OpportunityID, a.About.DealKey, a.About.ProductID, a.About.SellerID, a.About.OwnerID,
		a.About.TeamID, a.RaisedID}
}

// InsertSurveyAnswer implements survey.Tx.
func (tx *Tx) InsertSurveyAnswer(ctx context.Context, a survey.Answer) error {
	return tx.insertRow(ctx, "survey_answer", answerColumns, answerValues(a))
}

// aboutIn limits rows to what is about sellers and owners in reach.
func (tx *Tx) aboutIn(ctx context.Context, c *filters, reach survey.Reach) error {
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err == nil && !all {
		c.add("(a.seller_id IN (" + listed(persons) + ") OR a.owner_id IN (" + listed(persons) + "))")
	}
	return err
}

func (tx *Tx) answerConditions(ctx context.Context, reach survey.Reach, f survey.Filter) (*filters, error) {
	c := &filters{}
	c.add("a.survey_id = ?", f.SurveyID)
	c.days("a.answered_on", f.Answered)
	if f.TeamID != 0 {
		c.add("a.team_id = ?", f.TeamID)
	}
	if low, ok := f.LowUntil(); ok {
		c.add("a.score <= ?", low)
	}
	return c, tx.aboutIn(ctx, c, reach)
}

// surveyDimensions say what groups are of: the column of answers, and the table of its names.
var surveyDimensions = map[survey.Dimension]struct{ column, names string }{
	survey.ByTeam: {"a.team_id", "team"}, survey.BySeller: {"a.seller_id", "person"}, survey.ByOwner: {"a.owner_id", "person"}, survey.ByProduct: {"a.product_id", "product"},
}

// SurveyGroups implements survey.Reader: months in their order, others by name.
func (tx *Tx) SurveyGroups(ctx context.Context, reach survey.Reach, f survey.Filter, by survey.Dimension) (groups []survey.Group, err error) {
	c, err := tx.answerConditions(ctx, reach, f)
	if err != nil {
		return nil, err
	}
	text := "SELECT 0, SUBSTR(a.answered_on, 1, 7), a.score, COUNT(*) FROM survey_answer a" + c.where() + " GROUP BY SUBSTR(a.answered_on, 1, 7), a.score ORDER BY 2, 3"
	if d, ok := surveyDimensions[by]; ok {
		text = "SELECT z.id, COALESCE(n.name, ''), z.score, z.n FROM (SELECT " + d.column + " AS id, a.score, COUNT(*) AS n FROM survey_answer a" + c.where() + " GROUP BY " + d.column + ", a.score) z LEFT JOIN " + d.names +
			" n ON n.id = z.id AND n.superseded_in = " + openBatch + " ORDER BY 2, z.id, z.score"
	}
	err = each(ctx, tx, func(r rows) error {
		var id, score, n int64
		var name string
		if err := r.Scan(&id, &name, &score, &n); err != nil {
			return err
		}
		if last := len(groups) - 1; last < 0 || groups[last].ID != id || groups[last].Name != name {
			groups = append(groups, survey.Group{ID: id, Name: name})
		}
		groups[len(groups)-1].Tally[score] += n
		return nil
	}, text, c.args...)
	return groups, err
}

// SurveyInvited implements survey.Reader.
func (tx *Tx) SurveyInvited(ctx context.Context, reach survey.Reach, f survey.Filter) (sent, answered int64, err error) {
	c := &filters{}
	c.add("a.survey_id = ?", f.SurveyID)
	if f.Answered.From != calendar.NoDate {
		c.add("a.created_at >= ?", instant(midnight(f.Answered.From, tx.db.now())))
	}
	if f.Answered.To != calendar.NoDate {
		c.add("a.created_at < ?", instant(midnight(f.Answered.To+1, tx.db.now())))
	}
	if f.TeamID != 0 {
		c.add("a.team_id = ?", f.TeamID)
	}
	if err := tx.aboutIn(ctx, c, reach); err != nil {
		return 0, 0, err
	}
	c.add("NOT EXISTS (SELECT 1 FROM survey_mailing m WHERE m.invitation_id = a.id AND m.invitation_id <> 0 AND m.state IN ('waiting', 'sending', 'failed', 'skipped'))") // has not gone out
	err = each(ctx, tx, func(r rows) error { return r.Scan(&sent, &answered) }, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN a.answered THEN 1 ELSE 0 END), 0) FROM survey_invitation a"+c.where(), c.args...)
	return sent, answered, err
}

// SurveyAnswers implements survey.Reader.
func (tx *Tx) SurveyAnswers(ctx context.Context, reach survey.Reach, f survey.Filter) ([]survey.Answer, string, error) {
	c, err := tx.answerConditions(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	by := order{column: "a.answered_on", tie: "a.id"}
	tail, err := c.page(f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, a *survey.Answer) error {
		return r.Scan(&a.ID, &a.SurveyID, scanDate(&a.AnsweredOn), &a.Score, &a.Comment, &a.Lang, &a.About.CustomerID, &a.About.ContactID, &a.About.CaseID, &a.About.OpportunityID, &a.About.DealKey, &a.About.ProductID, &a.About.SellerID,
			&a.About.OwnerID, &a.About.TeamID, &a.RaisedID, &a.CustomerName, &a.SellerName, &a.ProductName)
	}, "SELECT a."+strings.Join(answerColumns, ", a.")+", COALESCE(k.name, ''), COALESCE(s.name, ''), COALESCE(p.name, '') FROM (SELECT a.* FROM survey_answer a"+c.where()+tail+`) a
		LEFT JOIN customer k ON k.id = a.customer_id AND k.superseded_in = `+openBatch+` LEFT JOIN person s ON s.id = a.seller_id AND s.superseded_in = `+openBatch+`
		LEFT JOIN product p ON p.id = a.product_id AND p.superseded_in = `+openBatch+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(a survey.Answer) (value, tie string) { return a.AnsweredOn.String(), a.ID })
	return page, next, nil
}

// TeamOfPerson implements survey.Tx.
func (tx *Tx) TeamOfPerson(ctx context.Context, personID int64, on calendar.Date) (int64, error) {
	return value[int64](ctx, tx, "SELECT team_id FROM assignment WHERE person_id = $1 AND superseded_in = "+openBatch+" AND valid_from <= $2 AND $2 < valid_to ORDER BY valid_from DESC LIMIT 1", personID, on.String())
}

// DealsToAsk implements survey.Tx.
func (tx *Tx) DealsToAsk(ctx context.Context, reach survey.Reach, surveyID int64, signed fact.Days, limit int) ([]string, error) {
	c := &filters{}
	c.add("d.superseded_in = " + openBatch + stands)
	c.days("d.signed_on", signed)
	c.add("NOT EXISTS (SELECT 1 FROM survey_invitation i WHERE i.survey_id = ? AND i.deal_key = d.key)", surveyID)
	c.reach(reach.Scope, reach.Today, tx.db.dialect.unindexed("s.person_id"), sharesOf("d.id"))
	return collect(ctx, tx, func(r rows, key *string) error { return r.Scan(key) }, "SELECT d.key FROM deal d"+c.where()+" ORDER BY d.signed_on, d.id LIMIT "+strconv.Itoa(limit), c.args...)
}
