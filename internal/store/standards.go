package store

import (
	"context"
	"database/sql/driver"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/org"
	"xiaoguan/internal/process"
	"xiaoguan/internal/standard"
)

// Standards returns the store of package standard.
func (db *DB) Standards() standard.Store { return standardStore{db} }

type standardStore struct{ db *DB }

func (s standardStore) InTx(ctx context.Context, fn func(standard.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s standardStore) Read(ctx context.Context, fn func(standard.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var standardColumns = []string{"id", "number", "state", "text", "hash", "name_zh", "name_en", "effective_on", "author_id", "created_at", "submitted_at", "approver_id", "approved_at", "note", "decision"}

var standardSelect = "SELECT " + strings.Join(standardColumns, ", ") + " FROM standard_version "

func scanStandard(r rows, v *standard.Version) error {
	return r.Scan(&v.ID, &v.Number, &v.State, &v.Text, &v.Hash, &v.Name.Zh, &v.Name.En, scanDate(&v.EffectiveOn), &v.AuthorID, scanTime(&v.CreatedAt), scanTime(&v.SubmittedAt),
		&v.ApproverID, scanTime(&v.ApprovedAt), &v.Note, &v.Decision)
}

func standardValues(v standard.Version) []any {
	return []any{v.ID, int64(v.Number), string(v.State), v.Text, v.Hash, v.Name.Zh, v.Name.En, v.EffectiveOn.String(), v.AuthorID, instant(v.CreatedAt), instant(v.SubmittedAt),
		v.ApproverID, instant(v.ApprovedAt), v.Note, v.Decision}
}

// StandardVersion implements standard.VersionReader.
func (tx *Tx) StandardVersion(ctx context.Context, id string) (standard.Version, error) {
	return one(ctx, tx, "standard.not_found", scanStandard, standardSelect+"WHERE id = $1", id)
}

// StandardVersions implements standard.VersionReader.
func (tx *Tx) StandardVersions(ctx context.Context) ([]standard.Version, error) {
	return collect(ctx, tx, scanStandard, standardSelect+"ORDER BY number DESC")
}

// InsertStandardVersion implements standard.Tx.
func (tx *Tx) InsertStandardVersion(ctx context.Context, v standard.Version) error {
	return tx.insertRow(ctx, "standard_version", standardColumns, standardValues(v))
}

// UpdateStandardVersion implements standard.Tx.
func (tx *Tx) UpdateStandardVersion(ctx context.Context, v standard.Version) error {
	return mustChange(ctx, tx, "standard.not_found", `UPDATE standard_version SET number = $2, state = $3, text = $4, hash = $5, name_zh = $6, name_en = $7, effective_on = $8, author_id = $9,
		created_at = $10, submitted_at = $11, approver_id = $12, approved_at = $13, note = $14, decision = $15 WHERE id = $1`, standardValues(v)...)
}

// CaseFacts implements standard.CaseReader.
func (tx *Tx) CaseFacts(ctx context.Context, ids []int64) ([]standard.CaseFacts, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return collect(ctx, tx, func(r rows, f *standard.CaseFacts) error {
		return r.Scan(&f.ID, &f.OwnerID, &f.AmountMinor, &f.Tier, &f.Ended)
	},
		"SELECT o.id, o.owner_id, o.amount_minor, COALESCE(t.tier, ''), o.state <> 'open' FROM opportunity o LEFT JOIN tier_standing t ON t.customer_id = o.customer_id WHERE "+amongIDs("o.id", ids)+" ORDER BY o.id")
}

// CaseIDsAfter implements standard.CaseReader.
func (tx *Tx) CaseIDsAfter(ctx context.Context, id int64, limit int) ([]int64, error) {
	return collect(ctx, tx, scanID, "SELECT id FROM opportunity WHERE id > $1 ORDER BY id LIMIT $2", id, int64(limit))
}

func scanID(r rows, id *int64) error { return r.Scan(id) }

// CaseCount is how many cases there are.
func (tx *Tx) CaseCount(ctx context.Context) (int64, error) {
	return value[int64](ctx, tx, "SELECT COUNT(*) FROM opportunity")
}

// CasesBehind implements standard.RateReader: what is counted takes time, so that of more than examinedMax it is what the ids tell.
func (tx *Tx) CasesBehind(ctx context.Context, id int64) (int64, error) {
	counted, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM (SELECT 1 FROM opportunity WHERE id > $1 LIMIT $2) z", id, int64(examinedMax+1))
	if err != nil || counted <= examinedMax {
		return counted, err
	}
	last, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(id), 0) FROM opportunity")
	return max(counted, last-id), err
}

// EventsOfCases implements standard.CaseReader.
func (tx *Tx) EventsOfCases(ctx context.Context, ids []int64) ([]process.Event, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	// They are read at once and soon: a context that can end would be asked at each of ten million rows.
	ctx = context.WithoutCancel(ctx)
	text := eventSelect + amongIDs("case_id", ids) + " ORDER BY case_id, seq"
	direct, ok := tx.querier.(directReader)
	if !ok {
		return collect(ctx, tx, scanEventFast, text)
	}
	var all []process.Event
	err := direct.direct(ctx, text, func(values []driver.Value) error {
		var r eventRow
		if r.fill(values) != nil {
			return errUnexpectedValue
		}
		e, err := r.event()
		all = append(all, e)
		return err
	})
	return all, err
}

// amongIDs is the condition that a column is one of the ids. Ids one after the other are a span, which is faster to read.
func amongIDs(column string, ids []int64) string {
	for i := range ids {
		if ids[i] != ids[0]+int64(i) {
			return column + " IN (" + listed(ids) + ")"
		}
	}
	return column + " BETWEEN " + strconv.FormatInt(ids[0], 10) + " AND " + strconv.FormatInt(ids[len(ids)-1], 10)
}

// eventRow is a row of events as it is stored. A million cases are judged from ten million of them: their instants are read without the parsing of
// a layout.
type eventRow struct {
	seq, caseID, personID                               int64
	activity, occurred, recorded, actorID, source, data string
}

// fill takes the values of the columns of eventSelect.
func (r *eventRow) fill(values []driver.Value) error {
	numbers := [...]*int64{&r.seq, &r.caseID, nil, nil, nil, &r.personID, nil, nil, nil}
	texts := [...]*string{nil, nil, &r.activity, &r.occurred, &r.recorded, nil, &r.actorID, &r.source, &r.data}
	for i, v := range values {
		ok := false
		if numbers[i] != nil {
			*numbers[i], ok = v.(int64)
		} else {
			*texts[i], ok = v.(string)
		}
		if !ok {
			return errUnexpectedValue
		}
	}
	return nil
}

func (r *eventRow) event() (e process.Event, err error) {
	e = process.Event{Seq: r.seq, CaseID: r.caseID, Activity: process.Activity(r.activity), PersonID: r.personID, ActorID: r.actorID, Source: r.source, Data: rawJSON(r.data)}
	if e.OccurredAt, err = readInstant(r.occurred); err == nil {
		e.RecordedAt, err = readInstant(r.recorded)
	}
	return e, err
}

func scanEventFast(rows rows, e *process.Event) (err error) {
	var r eventRow
	if err := rows.Scan(&r.seq, &r.caseID, &r.activity, &r.occurred, &r.recorded, &r.personID, &r.actorID, &r.source, &r.data); err != nil {
		return err
	}
	*e, err = r.event()
	return err
}

// readInstant reads what instant wrote, and anything else as time.Parse does.
func readInstant(text string) (time.Time, error) {
	if len(text) != len(timeLayout) {
		return time.Parse(timeLayout, text)
	}
	numbers := [7]int{}
	for i, from := range instantDigits {
		for _, c := range []byte(text[from[0]:from[1]]) {
			if c < '0' || c > '9' {
				return time.Parse(timeLayout, text)
			}
			numbers[i] = numbers[i]*10 + int(c-'0')
		}
	}
	t := time.Date(numbers[0], time.Month(numbers[1]), numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]*1000, time.UTC)
	if _, month, day := t.Date(); int(month) != numbers[1] || day != numbers[2] || t.Hour() != numbers[3] || t.Minute() != numbers[4] || t.Second() != numbers[5] {
		return time.Parse(timeLayout, text) // no such day or time
	}
	return t, nil
}

// instantDigits are the places of the numbers in timeLayout.
var instantDigits = [7][2]int{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}, {20, 26}}

// Exemptions implements standard.CaseReader.
func (tx *Tx) Exemptions(ctx context.Context, caseIDs []int64) ([]standard.Exemption, error) {
	if len(caseIDs) == 0 {
		return nil, nil
	}
	return collect(ctx, tx, func(r rows, e *standard.Exemption) error {
		return r.Scan(&e.ID, &e.CaseID, &e.RuleID, &e.Reason, scanDate(&e.UntilOn), &e.GrantedBy, scanTime(&e.GrantedAt), &e.EndedBy, scanTime(&e.EndedAt))
	}, "SELECT "+strings.Join(exemptionColumns, ", ")+" FROM rule_exemption WHERE "+amongIDs("case_id", caseIDs)+" ORDER BY case_id, granted_at DESC, id DESC")
}

var exemptionColumns = []string{"id", "case_id", "rule_id", "reason", "until_on", "granted_by", "granted_at", "ended_by", "ended_at"}

// InsertExemption implements standard.Tx.
func (tx *Tx) InsertExemption(ctx context.Context, e standard.Exemption) error {
	return tx.insertRow(ctx, "rule_exemption", exemptionColumns, []any{e.ID, e.CaseID, e.RuleID, e.Reason, e.UntilOn.String(), e.GrantedBy, instant(e.GrantedAt), e.EndedBy, instant(e.EndedAt)})
}

// EndExemption implements standard.Tx.
func (tx *Tx) EndExemption(ctx context.Context, e standard.Exemption) error {
	return mustChange(ctx, tx, "standard.exemption_ended", "UPDATE rule_exemption SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at = ''", e.ID, e.EndedBy, instant(e.EndedAt))
}

// HoldersOf implements standard.CaseReader.
func (tx *Tx) HoldersOf(ctx context.Context, persons []int64, users []string) (h standard.Holders, err error) {
	h = standard.Holders{Levels: map[int64][]standard.LevelSpan{}, Users: map[string][]access.Role{}, People: map[int64][]access.Role{}}
	if len(persons) > 0 {
		err = each(ctx, tx, func(r rows) error {
			var id int64
			var level org.Level
			var span standard.LevelSpan
			if err := r.Scan(&id, &level, scanDate(&span.From), scanDate(&span.To)); err != nil {
				return err
			}
			span.Manager = level == org.LevelManager
			h.Levels[id] = append(h.Levels[id], span)
			return nil
		}, "SELECT person_id, level, valid_from, valid_to FROM assignment WHERE superseded_in = "+openBatch+" AND person_id IN ("+listed(persons)+") ORDER BY person_id, valid_from")
		if err != nil {
			return h, err
		}
	}
	conditions, args := []string{}, []any{}
	if len(persons) > 0 {
		conditions = append(conditions, "u.person_id IN ("+listed(persons)+")")
	}
	if len(users) > 0 {
		conditions = append(conditions, "u.id IN ("+numbered(len(users))+")")
		for _, id := range users {
			args = append(args, id)
		}
	}
	if len(conditions) == 0 {
		return h, nil
	}
	return h, each(ctx, tx, func(r rows) error {
		var user string
		var person int64
		var role access.Role
		if err := r.Scan(&user, &person, &role); err != nil {
			return err
		}
		h.Users[user] = append(h.Users[user], role)
		if person != 0 {
			h.People[person] = append(h.People[person], role)
		}
		return nil
	}, "SELECT u.id, u.person_id, g.role FROM app_user u JOIN user_grant g ON g.user_id = u.id WHERE "+strings.Join(conditions, " OR ")+" ORDER BY u.id, g.position", args...)
}

// PlacesOf implements standard.RateReader.
func (tx *Tx) PlacesOf(ctx context.Context, today calendar.Date) (map[int64]standard.Place, error) {
	places := map[int64]standard.Place{}
	valid := func(alias string) string {
		return alias + ".superseded_in = " + openBatch + " AND " + alias + ".valid_from <= $1 AND $1 < " + alias + ".valid_to"
	}
	return places, each(ctx, tx, func(r rows) error {
		var id int64
		var p standard.Place
		if err := r.Scan(&id, &p.TeamID, &p.TeamName, &p.RegionID, &p.RegionName); err != nil {
			return err
		}
		places[id] = p
		return nil
	}, "SELECT a.person_id, a.team_id, COALESCE(t.name, ''), COALESCE(t.region_id, 0), COALESCE(g.name, '') FROM assignment a LEFT JOIN team t ON t.id = a.team_id AND "+valid("t")+
		" LEFT JOIN region g ON g.id = t.region_id AND "+valid("g")+" WHERE "+valid("a")+" ORDER BY a.person_id", today.String())
}

// Readings implements standard.HandbookReader.
func (tx *Tx) Readings(ctx context.Context, versionID string) (best []standard.Reading, err error) {
	return best, each(ctx, tx, func(r rows) error {
		var v standard.Reading
		if err := r.Scan(&v.VersionID, &v.UserID, scanTime(&v.At), &v.PersonID, &v.Right, &v.Asked); err != nil {
			return err
		}
		if len(best) == 0 || best[len(best)-1].UserID != v.UserID { // the best of a user comes first
			best = append(best, v)
		}
		return nil
	}, "SELECT version_id, user_id, at, person_id, right_answers, asked FROM handbook_reading WHERE version_id = $1 ORDER BY user_id, right_answers DESC, at DESC", versionID)
}

// HandbookUsers implements standard.HandbookReader.
func (tx *Tx) HandbookUsers(ctx context.Context, roles []access.Role) ([]standard.HandbookUser, error) {
	args := make([]any, len(roles))
	for i, role := range roles {
		args[i] = string(role)
	}
	return collect(ctx, tx, func(r rows, u *standard.HandbookUser) error { return r.Scan(&u.UserID, &u.Name, &u.PersonID) },
		"SELECT u.id, u.name, u.person_id FROM app_user u WHERE u.disabled = FALSE AND u.person_id <> 0 AND EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = u.id AND g.role IN ("+numbered(len(args))+")) ORDER BY u.name, u.id", args...)
}

// InsertReading implements standard.Tx.
func (tx *Tx) InsertReading(ctx context.Context, r standard.Reading) error {
	return tx.insertRow(ctx, "handbook_reading", []string{"version_id", "user_id", "at", "person_id", "right_answers", "asked"}, []any{r.VersionID, r.UserID, instant(r.At), r.PersonID, r.Right, r.Asked})
}
