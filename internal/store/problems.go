package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/problem"
)

// ProblemStore returns the store of package problem.
func (db *DB) ProblemStore() problem.Store { return problemStore{db} }

type problemStore struct{ db *DB }

// InTx implements problem.Store.
func (s problemStore) InTx(ctx context.Context, fn func(problem.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements problem.Store.
func (s problemStore) Read(ctx context.Context, fn func(problem.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// ProblemUnits implements problem.Reader: regions that are granted, teams of these and those that somebody leads or belongs to, people in reach.
func (tx *Tx) ProblemUnits(ctx context.Context, scope access.Scope, today calendar.Date) (u problem.Units, err error) {
	scan := func(r rows, u *problem.Unit) error { return r.Scan(&u.ID, &u.Key, &u.Name, &u.TeamID, &u.RegionID) }
	valid := func(alias string) string {
		return strings.ReplaceAll("x.superseded_in = "+openBatch+" AND x.valid_from <= $1 AND $1 < x.valid_to", "x.", alias+".")
	}
	regions, teams := "", ""
	if !scope.All {
		regions = " AND g.id IN (" + listed(scope.RegionIDs) + ")"
		parts := []string{"t.region_id IN (" + listed(scope.RegionIDs) + ")"}
		person := strconv.FormatInt(scope.PersonID, 10)
		if scope.PersonID != 0 && scope.TeamsLed {
			parts = append(parts, "t.id IN (SELECT l.team_id FROM team_leader l WHERE l.person_id = "+person+" AND "+valid("l")+")")
		}
		if scope.PersonID != 0 && scope.TeamOf {
			parts = append(parts, "t.id IN (SELECT o.team_id FROM assignment o WHERE o.person_id = "+person+" AND "+valid("o")+")")
		}
		teams = " AND (" + strings.Join(parts, " OR ") + ")"
	}
	if u.Regions, err = collect(ctx, tx, scan, "SELECT g.id, g.key, g.name, 0, g.id FROM region g WHERE "+valid("g")+regions+" ORDER BY g.key", today.String()); err != nil {
		return u, err
	}
	if u.Teams, err = collect(ctx, tx, scan, "SELECT t.id, t.key, t.name, t.id, t.region_id FROM team t WHERE "+valid("t")+teams+" ORDER BY t.key", today.String()); err != nil {
		return u, err
	}
	condition, args := personsInReach(scope, today, "p.id", 2)
	u.Persons, err = collect(ctx, tx, scan, "SELECT p.id, p.key, p.name, COALESCE(a.team_id, 0), COALESCE(t.region_id, 0) FROM person p LEFT JOIN assignment a ON a.person_id = p.id AND "+valid("a")+
		" LEFT JOIN team t ON t.id = a.team_id AND "+valid("t")+" WHERE p.superseded_in = "+openBatch+" AND p.hired_on <= $1 AND $1 < p.left_on AND "+condition+" ORDER BY p.key", append([]any{today.String()}, args...)...)
	return u, err
}

var problemColumns = []string{"id", "identity", "kind", "area", "title", "detail", "place_level", "place", "region_id", "team_id", "person_id", "sources", "ratings", "score", "severity", "severity_place", "fixed", "money_minor", "worth", "figure", "evidence", "owner_id",
	"status", "verdict", "merged_into", "first_run_id", "last_run_id", "unseen_run_id", "seen_at", "by_id", "by_name", "created_at", "revision"}

// problemRatings is how ratings are kept.
type problemRatings struct {
	Proposed problem.Rating `json:"proposed"`
	Chosen   problem.Rating `json:"chosen"`
	Why      []errs.Message `json:"why"`
}

// sourceBit is the bit of a source: places in the list never change.
func sourceBit(s problem.Source) int64 {
	return 1 << slices.Index([]problem.Source{problem.SourceDetected, problem.SourceInterview, problem.SourceQuestionnaire, problem.SourceReview, problem.SourceReported}, s)
}

func problemValues(p *problem.Problem) ([]any, error) {
	place, placeErr := json.Marshal(p.Place)
	ratings, ratingsErr := json.Marshal(problemRatings{p.Proposed, p.Chosen, p.Why})
	evidence, evidenceErr := json.Marshal(p.Rows)
	figure, figureErr := "", error(nil)
	if p.Figure != nil {
		var text []byte
		text, figureErr = json.Marshal(p.Figure)
		figure = string(text)
	}
	sources := int64(0)
	for _, s := range p.Sources {
		sources |= sourceBit(s)
	}
	severity := p.Severity()
	return []any{p.ID, p.Identity(), string(p.Kind), string(p.Area), p.Title, p.Detail, string(p.Place.Level), string(place), p.Place.RegionID, p.Place.TeamID, p.Place.PersonID, sources, string(ratings), int64(p.Rating().Score()), string(severity),
		int64(slices.Index(problem.Severities, severity) + 1), string(p.Fixed), p.MoneyMinor, p.Worth, figure, string(evidence), p.OwnerID, string(p.Status), string(p.Verdict), p.MergedInto, p.FirstRunID, p.LastRunID, p.UnseenRun, instant(p.SeenAt), p.ByID, p.ByName,
		instant(p.CreatedAt), p.Revision}, errors.Join(placeErr, ratingsErr, evidenceErr, figureErr)
}

var problemSelect = "SELECT q." + strings.Join(problemColumns, ", q.") + ", COALESCE(o.name, '') FROM problem q LEFT JOIN person o ON o.id = q.owner_id AND o.superseded_in = " + openBatch

func scanProblem(r rows, p *problem.Problem) error {
	var identity, level, place, ratings, severity, figure, evidence string
	var sources, score, rank, region, team, person int64
	if err := r.Scan(&p.ID, &identity, &p.Kind, &p.Area, &p.Title, &p.Detail, &level, &place, &region, &team, &person, &sources, &ratings, &score, &severity, &rank, &p.Fixed, &p.MoneyMinor, &p.Worth, &figure, &evidence, &p.OwnerID,
		&p.Status, &p.Verdict, &p.MergedInto, &p.FirstRunID, &p.LastRunID, &p.UnseenRun, scanTime(&p.SeenAt), &p.ByID, &p.ByName, scanTime(&p.CreatedAt), &p.Revision, &p.OwnerName); err != nil {
		return err
	}
	for _, s := range problem.Sources {
		if sources&sourceBit(s) != 0 {
			p.Sources = append(p.Sources, s)
		}
	}
	var kept problemRatings
	if err := errors.Join(json.Unmarshal([]byte(place), &p.Place), json.Unmarshal([]byte(ratings), &kept), json.Unmarshal([]byte(evidence), &p.Rows)); err != nil {
		return err
	}
	p.Proposed, p.Chosen, p.Why = kept.Proposed, kept.Chosen, kept.Why
	if figure == "" {
		return nil
	}
	p.Figure = &problem.Figure{}
	return json.Unmarshal([]byte(figure), p.Figure)
}

// Problem implements problem.Reader.
func (tx *Tx) Problem(ctx context.Context, id int64) (problem.Problem, error) {
	return one(ctx, tx, "problem.missing", scanProblem, problemSelect+" WHERE q.id = $1", id)
}

func (c *filters) seesProblems(reach problem.Reach) {
	if reach.All {
		return
	}
	parts := []string{"q.place_level = 'region' AND q.region_id IN (" + listed(reach.Regions) + ")", "q.place_level = 'team' AND q.team_id IN (" + listed(reach.Teams) + ")", "q.place_level = 'person' AND q.person_id IN (" + listed(reach.Persons) + ")"}
	if reach.OwnerID != 0 {
		parts = append(parts, "q.owner_id = "+c.parameter(reach.OwnerID))
	}
	if reach.UserID != "" {
		parts = append(parts, "q.by_id = "+c.parameter(reach.UserID))
	}
	c.add("(" + strings.Join(parts, " OR ") + ")")
}

func problemFilters(f problem.Filter) *filters {
	c := &filters{}
	c.seesProblems(f.Reach)
	for _, word := range []struct{ column, value string }{{"severity", string(f.Severity)}, {"area", string(f.Area)}, {"kind", string(f.Kind)}, {"place_level", string(f.Level)}} {
		if word.value != "" {
			c.add("q."+word.column+" = ?", word.value)
		}
	}
	if f.Source != "" {
		c.add("(q.sources & " + strconv.FormatInt(sourceBit(f.Source), 10) + ") <> 0")
	}
	if len(f.Statuses) > 0 {
		marks := make([]string, len(f.Statuses))
		for i, s := range f.Statuses {
			marks[i] = c.parameter(string(s))
		}
		c.add("q.status IN (" + strings.Join(marks, ", ") + ")")
	}
	for _, id := range []struct {
		column string
		value  int64
	}{{"region_id", f.RegionID}, {"team_id", f.TeamID}, {"person_id", f.PersonID}, {"last_run_id", f.RunID}, {"merged_into", f.MergedInto}, {"owner_id", f.OwnerID}} {
		switch {
		case id.value > 0:
			c.add("q."+id.column+" = ?", id.value)
		case id.value < 0:
			c.add("q." + id.column + " = 0")
		}
	}
	if f.Identities != nil {
		marks := make([]string, len(f.Identities))
		for i, identity := range f.Identities {
			marks[i] = c.parameter(identity)
		}
		c.add("q.identity IN (" + strings.Join(append(marks, "''"), ", ") + ") AND q.identity <> ''")
	}
	return c
}

// Problems implements problem.Reader.
func (tx *Tx) Problems(ctx context.Context, f problem.Filter) ([]problem.Problem, error) {
	c := problemFilters(f)
	tail := " ORDER BY q.severity_place, q.score DESC, q.id"
	if f.Limit > 0 {
		tail += " LIMIT " + strconv.Itoa(f.Limit) + " OFFSET " + strconv.Itoa(max(f.Offset, 0))
	}
	return collect(ctx, tx, scanProblem, problemSelect+c.where()+tail, c.args...)
}

// ProblemCounts implements problem.Reader.
func (tx *Tx) ProblemCounts(ctx context.Context, f problem.Filter) ([]problem.Count, error) {
	c := problemFilters(f)
	return collect(ctx, tx, func(r rows, n *problem.Count) error { return r.Scan(&n.Severity, &n.Status, &n.Count) },
		"SELECT q.severity, q.status, COUNT(*) FROM problem q"+c.where()+" GROUP BY q.severity, q.status ORDER BY q.severity, q.status", c.args...)
}

// InsertProblem implements problem.Tx.
func (tx *Tx) InsertProblem(ctx context.Context, p problem.Problem) error {
	values, err := problemValues(&p)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "problem", problemColumns, values)
}

// SaveProblem implements problem.Tx.
func (tx *Tx) SaveProblem(ctx context.Context, p problem.Problem) error {
	values, err := problemValues(&p)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "problem", "problem.changed_meanwhile", problemColumns, values)
}

var problemEventColumns = []string{"id", "problem_id", "kind", "at", "by_id", "by_name", "source", "run_id", "other_id", "detail"}

// problemDetail is the rest of an entry, as it is kept.
type problemDetail struct {
	Text   string          `json:"text,omitempty"`
	Link   string          `json:"link,omitempty"`
	Rating problem.Rating  `json:"rating,omitzero"`
	Status problem.Status  `json:"status,omitempty"`
	Before problem.Status  `json:"before,omitempty"`
	Owner  string          `json:"owner,omitempty"`
	Figure *problem.Figure `json:"figure,omitempty"`
}

// AppendProblemEvent implements problem.Tx.
func (tx *Tx) AppendProblemEvent(ctx context.Context, e problem.Event) error {
	id, err := tx.NextNumber(ctx, "problem_event")
	if err != nil {
		return err
	}
	detail, err := json.Marshal(problemDetail{e.Text, e.Link, e.Rating, e.Status, e.Before, e.OwnerName, e.Figure})
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "problem_event", problemEventColumns, []any{id, e.ProblemID, string(e.Kind), instant(e.At), e.ByID, e.ByName, string(e.Source), e.RunID, e.OtherID, string(detail)})
}

// ProblemEvents implements problem.Reader.
func (tx *Tx) ProblemEvents(ctx context.Context, problemID int64) ([]problem.Event, error) {
	return collect(ctx, tx, func(r rows, e *problem.Event) error {
		var text string
		if err := r.Scan(&e.ID, &e.ProblemID, &e.Kind, scanTime(&e.At), &e.ByID, &e.ByName, &e.Source, &e.RunID, &e.OtherID, &text); err != nil {
			return err
		}
		var d problemDetail
		err := json.Unmarshal([]byte(text), &d)
		e.Text, e.Link, e.Rating, e.Status, e.Before, e.OwnerName, e.Figure = d.Text, d.Link, d.Rating, d.Status, d.Before, d.Owner, d.Figure
		return err
	}, "SELECT "+strings.Join(problemEventColumns, ", ")+" FROM problem_event WHERE problem_id = $1 ORDER BY id", problemID)
}
