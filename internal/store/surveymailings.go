package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/process"
	"xiaoguan/internal/survey"
)

var mailingColumns = []string{"id", "survey_id", "cause", "customer_id", "contact_id", "case_id", "opportunity_id", "deal_key", "product_id", "seller_id", "owner_id", "team_id", "person_id", "invitation_id",
	"state", "reason", "code", "attempts", "next_at", "sent_at", "remind_at", "reminded_at", "created_at"}

func mailingValues(m survey.Mailing) []any {
	return []any{m.ID, m.SurveyID, m.Cause, m.CustomerID, m.ContactID, m.CaseID, m.OpportunityID, m.DealKey, m.ProductID, m.SellerID, m.OwnerID, m.TeamID, m.PersonID, m.InvitationID,
		string(m.State), m.Reason, m.Code, m.Attempts, instant(m.NextAt), instant(m.SentAt), instant(m.RemindAt), instant(m.RemindedAt), instant(m.CreatedAt)}
}

// mailingSelect reads mailings a with what people call them; what stands for a is to be put in.
func mailingSelect(from string) string {
	return "SELECT a." + strings.Join(mailingColumns, ", a.") + `, COALESCE(s.name, ''), COALESCE(k.name, ''), COALESCE(c.name, ''), COALESCE(i.answered, FALSE), COALESCE(i.opened_at, ''), COALESCE(i.expires_at, '') FROM ` + from + ` a
		LEFT JOIN survey s ON s.id = a.survey_id LEFT JOIN customer k ON k.id = a.customer_id AND k.superseded_in = ` + openBatch + ` LEFT JOIN contact c ON c.id = a.contact_id LEFT JOIN survey_invitation i ON i.id = a.invitation_id`
}

func scanMailing(r rows, m *survey.Mailing) error {
	return r.Scan(&m.ID, &m.SurveyID, &m.Cause, &m.CustomerID, &m.ContactID, &m.CaseID, &m.OpportunityID, &m.DealKey, &m.ProductID, &m.SellerID, &m.OwnerID, &m.TeamID, &m.PersonID, &m.InvitationID,
		&m.State, &m.Reason, &m.Code, &m.Attempts, scanTime(&m.NextAt), scanTime(&m.SentAt), scanTime(&m.RemindAt), scanTime(&m.RemindedAt), scanTime(&m.CreatedAt), &m.SurveyName, &m.CustomerName, &m.ContactName,
		&m.Answered, scanTime(&m.OpenedAt), scanTime(&m.ExpiresAt))
}

// SurveyMailing implements survey.Reader.
func (tx *Tx) SurveyMailing(ctx context.Context, id int64) (survey.Mailing, error) {
	return one(ctx, tx, "survey.no_mailing", scanMailing, mailingSelect("survey_mailing")+" WHERE a.id = $1", id)
}

// SurveyMailings implements survey.Reader.
func (tx *Tx) SurveyMailings(ctx context.Context, reach survey.Reach, f survey.MailingFilter) ([]survey.Mailing, string, error) {
	c := &filters{}
	c.add("a.survey_id = ?", f.SurveyID)
	if f.State != "" {
		c.add("a.state = ?", string(f.State))
	}
	if err := tx.aboutIn(ctx, c, reach); err != nil {
		return nil, "", err
	}
	by := order{column: "a.id", tie: "a.id", number: true, tieNumber: true}
	tail, err := c.page(f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanMailing, mailingSelect("(SELECT a.* FROM survey_mailing a"+c.where()+tail+")")+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(m survey.Mailing) (value, tie string) {
		id := strconv.FormatInt(m.ID, 10)
		return id, id
	})
	return page, next, nil
}

// SurveyMailingCounts implements survey.Reader.
func (tx *Tx) SurveyMailingCounts(ctx context.Context, reach survey.Reach, surveyID int64) (counts survey.Counts, err error) {
	counts.States = map[survey.State]int64{}
	c := &filters{}
	c.add("a.survey_id = ?", surveyID)
	if err := tx.aboutIn(ctx, c, reach); err != nil {
		return counts, err
	}
	if err := each(ctx, tx, func(r rows) error {
		var state string
		var n int64
		err := r.Scan(&state, &n)
		counts.States[survey.State(state)] = n
		return err
	}, "SELECT a.state, COUNT(*) FROM survey_mailing a"+c.where()+" GROUP BY a.state", c.args...); err != nil {
		return counts, err
	}
	c.add("a.state IN ('sent', 'handed')")
	c.add("i.answered")
	counts.Answered, err = value[int64](ctx, tx, "SELECT COUNT(*) FROM survey_mailing a JOIN survey_invitation i ON i.id = a.invitation_id"+c.where(), c.args...)
	return counts, err
}

// MailingsToHand implements survey.Reader.
func (tx *Tx) MailingsToHand(ctx context.Context, personID int64, limit int) (found []survey.Mailing, total int64, err error) {
	const theirs = " WHERE a.person_id = $1 AND a.state = 'by_hand'"
	if found, err = collect(ctx, tx, scanMailing, mailingSelect("survey_mailing")+theirs+" ORDER BY a.id LIMIT "+strconv.Itoa(limit), personID); err != nil || len(found) < limit {
		return found, int64(len(found)), err
	}
	total, err = value[int64](ctx, tx, "SELECT COUNT(*) FROM survey_mailing a"+theirs, personID)
	return found, total, err
}

// MailingInReach implements survey.Reader. Whoever is to hand it over reaches it, too.
func (tx *Tx) MailingInReach(ctx context.Context, reach survey.Reach, id int64) (bool, error) {
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil {
		return false, err
	}
	c := &filters{}
	c.add("a.id = ?", id)
	if !all {
		c.add("(a.seller_id IN (" + listed(persons) + ") OR a.owner_id IN (" + listed(persons) + ") OR a.person_id IN (" + listed(persons) + "))")
	}
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM survey_mailing a"+c.where(), c.args...)
	return n > 0, err
}

// causeSources say for each trigger what has happened: the rows x with the columns that survey.About asks for, when it happened, and the cause's key.
var causeSources = map[survey.Trigger]struct {
	from, on, kind, id, columns string
	instant                     bool
}{
	survey.AfterCase:     {"service_case x WHERE x.state = 'closed' AND x.closed_at <> ''", "x.closed_at", "case", "CAST(x.id AS TEXT)", "x.contact_id, x.id, x.opportunity_id, x.deal_key, x.product_id, x.seller_id, x.owner_id", true},
	survey.AfterVisit:    {"return_visit x WHERE x.state = 'done' AND x.outcome = 'reached' AND x.done_at <> ''", "x.done_at", "visit", "CAST(x.id AS TEXT)", "x.contact_id, 0, x.opportunity_id, x.deal_key, 0, 0, x.person_id", true},
	survey.AfterContract: {"contract x WHERE x.state IN ('signed', 'expired', 'ended') AND x.customer_id <> 0", "x.signed_on", "contract", "CAST(x.id AS TEXT)", "0, 0, x.opportunity_id, '', 0, x.owner_id, 0", false},
	// Cases that are handed over together, those of one customer at one moment, are one cause. The activity is written out for the index over it.
	survey.AfterHandover: {"(SELECT MIN(e.seq) AS id, o.customer_id, MIN(o.id) AS opportunity_id, MIN(o.owner_id) AS seller_id, MIN(e.person_id) AS owner_id, e.occurred_at AS happened FROM process_event e JOIN opportunity o ON o.id = e.case_id WHERE e.activity = '" +
		string(process.ActivityHandedOver) + "' GROUP BY o.customer_id, e.occurred_at) x WHERE x.customer_id <> 0", "x.happened", "handover", "CAST(x.id AS TEXT)", "0, 0, x.opportunity_id, '', 0, x.seller_id, x.owner_id", true},
	survey.AfterDeal: {"(SELECT d.* FROM deal d WHERE d.superseded_in = " + openBatch + stands + ") x WHERE x.customer_id <> 0", "x.signed_on", "deal", "x.key", "0, 0, 0, x.key, 0, 0, 0", false},
}

// SurveyCauses implements survey.Reader.
func (tx *Tx) SurveyCauses(ctx context.Context, q survey.CauseQuery) ([]survey.Cause, error) {
	from, known := causeSources[q.After]
	if !known {
		return nil, nil
	}
	least, most := q.Days.From.String(), q.Days.To.String()
	until := " <= $3"
	if from.instant {
		least, most, until = instant(midnight(q.Days.From, tx.db.now())), instant(midnight(q.Days.To+1, tx.db.now())), " < $3"
	}
	key := "'" + from.kind + ":' || " + from.id
	return collect(ctx, tx, func(r rows, c *survey.Cause) error {
		return r.Scan(&c.Key, &c.CustomerID, &c.ContactID, &c.CaseID, &c.OpportunityID, &c.DealKey, &c.ProductID, &c.SellerID, &c.OwnerID)
	}, "SELECT "+key+", x.customer_id, "+from.columns+" FROM "+from.from+" AND "+from.on+" >= $2 AND "+from.on+until+
		" AND NOT EXISTS (SELECT 1 FROM survey_mailing m WHERE m.survey_id = $1 AND m.cause = "+key+") ORDER BY "+from.on+", x.id LIMIT "+strconv.Itoa(q.Limit), q.SurveyID, least, most)
}

// SurveyAsked implements survey.Reader. Who is to be given a link by hand counts as asked.
func (tx *Tx) SurveyAsked(ctx context.Context, contactID int64, since time.Time) (bool, error) {
	n, err := value[int64](ctx, tx, `SELECT (SELECT COUNT(*) FROM survey_invitation i WHERE i.contact_id = $1 AND i.contact_id <> 0 AND i.created_at >= $2
			AND NOT EXISTS (SELECT 1 FROM survey_mailing m WHERE m.invitation_id = i.id AND m.invitation_id <> 0 AND m.state IN ('failed', 'skipped')))
		+ (SELECT COUNT(*) FROM survey_mailing m WHERE m.contact_id = $1 AND m.contact_id <> 0 AND m.state = 'by_hand')`, contactID, instant(since))
	return n > 0, err
}

// MailingDue implements survey.Reader.
func (tx *Tx) MailingDue(ctx context.Context, at time.Time) (survey.Mailing, bool, error) {
	return tx.firstMailing(ctx, "next_at", at)
}

// ReminderDue implements survey.Reader.
func (tx *Tx) ReminderDue(ctx context.Context, at time.Time) (survey.Mailing, bool, error) {
	return tx.firstMailing(ctx, "remind_at", at)
}

func (tx *Tx) firstMailing(ctx context.Context, when string, at time.Time) (m survey.Mailing, ok bool, err error) {
	found, err := collect(ctx, tx, scanMailing, mailingSelect("(SELECT a.* FROM survey_mailing a WHERE a."+when+" <> '' AND a."+when+" <= $1 ORDER BY a."+when+", a.id LIMIT 1)"), instant(at))
	if err != nil || len(found) == 0 {
		return m, false, err
	}
	return found[0], true, nil
}

// InsertSurveyMailing implements survey.Tx.
func (tx *Tx) InsertSurveyMailing(ctx context.Context, m survey.Mailing) error {
	return tx.insertRow(ctx, "survey_mailing", mailingColumns, mailingValues(m))
}

// SaveSurveyMailing implements survey.Tx.
func (tx *Tx) SaveSurveyMailing(ctx context.Context, m survey.Mailing) error {
	return mustChange(ctx, tx, "survey.no_mailing", `UPDATE survey_mailing SET contact_id = $2, invitation_id = $3, state = $4, reason = $5, code = $6, attempts = $7, next_at = $8, sent_at = $9, remind_at = $10,
		reminded_at = $11, created_at = $12 WHERE id = $1`, m.ID, m.ContactID, m.InvitationID, string(m.State), m.Reason, m.Code, m.Attempts, instant(m.NextAt), instant(m.SentAt), instant(m.RemindAt), instant(m.RemindedAt),
		instant(m.CreatedAt))
}

// OpenSurveyInvitation implements survey.Tx.
func (tx *Tx) OpenSurveyInvitation(ctx context.Context, id int64, at time.Time) error {
	_, err := tx.exec(ctx, "UPDATE survey_invitation SET opened_at = $2 WHERE id = $1 AND opened_at = ''", id, instant(at))
	return err
}
