package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/notice"
)

// Notices returns the store of package notice.
func (db *DB) Notices() notice.Store { return noticeStore{db} }

type noticeStore struct{ db *DB }

func (s noticeStore) InTx(ctx context.Context, fn func(notice.WriteTx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s noticeStore) Read(ctx context.Context, fn func(notice.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const recipientSelect = `SELECT u.id, u.login, COALESCE(p.key, '') FROM app_user u LEFT JOIN person p ON p.id = u.person_id AND p.superseded_in = ` + openBatch + ` `

func scanRecipient(r rows, one *notice.Recipient) error {
	return r.Scan(&one.UserID, &one.Login, &one.PersonKey)
}

// recipientsPortion keeps the parameters of a statement well below what the databases allow.
const recipientsPortion = 500

// Recipients implements notice.Tx.
func (tx *Tx) Recipients(ctx context.Context, to notice.To) ([]notice.Recipient, error) {
	found := map[string]notice.Recipient{}
	add := func(where string, args ...any) error {
		all, err := collect(ctx, tx, scanRecipient, recipientSelect+where+" AND u.disabled = FALSE", args...)
		for _, one := range all {
			found[one.UserID] = one
		}
		return err
	}
	users := slices.Clone(to.UserIDs)
	if to.Permission != "" {
		holders, err := tx.holders(ctx, to)
		if err != nil {
			return nil, err
		}
		users = append(users, holders...)
	}
	for part := range slices.Chunk(users, recipientsPortion) {
		if err := add("WHERE u.id IN ("+numbered(len(part))+")", valuesOf(part)...); err != nil {
			return nil, err
		}
	}
	for part := range slices.Chunk(to.PersonIDs, recipientsPortion) {
		if err := add("WHERE u.person_id <> 0 AND u.person_id IN ("+numbered(len(part))+")", valuesOf(part)...); err != nil {
			return nil, err
		}
	}
	if to.Payees != "" {
		if err := add("WHERE u.person_id IN (SELECT s.person_id FROM statement s WHERE s.run_id = $1)", to.Payees); err != nil {
			return nil, err
		}
	}
	all := make([]notice.Recipient, 0, len(found))
	for _, one := range found {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b notice.Recipient) int { return strings.Compare(a.UserID, b.UserID) })
	return all, nil
}

func valuesOf[T any](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}

// holders returns the users who have a permission, as far as it must reach.
func (tx *Tx) holders(ctx context.Context, to notice.To) (ids []string, err error) {
	roles := access.RolesWith(to.Permission)
	if len(roles) == 0 {
		return nil, nil
	}
	var actors []access.Actor
	at := map[string]int{}
	err = each(ctx, tx, func(r rows) error {
		var user string
		var person int64
		var g access.Grant
		if err := r.Scan(&user, &person, &g.Role, &g.Scope, &g.RegionID); err != nil {
			return err
		}
		i, known := at[user]
		if !known {
			i = len(actors)
			at[user] = i
			actors = append(actors, access.Actor{UserID: user, PersonID: person})
		}
		actors[i].Grants = append(actors[i].Grants, g)
		return nil
	}, "SELECT u.id, u.person_id, g.role, g.scope, g.region_id FROM app_user u JOIN user_grant g ON g.user_id = u.id WHERE u.disabled = FALSE AND g.role IN ("+
		numbered(len(roles))+") ORDER BY u.id, g.position", valuesOf(texts(roles))...)
	if err != nil {
		return nil, err
	}
	for _, actor := range actors {
		scope := actor.ScopeOf(to.Permission)
		in := scope.All || to.Reach == 0 && !to.Whole
		if !in && to.Reach != 0 {
			if in, err = tx.PersonInReach(ctx, scope, tx.Today(), to.Reach); err != nil {
				return nil, err
			}
		}
		if in {
			ids = append(ids, actor.UserID)
		}
	}
	return ids, nil
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// NoticeSettings implements notice.Tx.
func (tx *Tx) NoticeSettings(ctx context.Context, userIDs []string) (map[string]notice.Settings, error) {
	all := map[string]notice.Settings{}
	for part := range slices.Chunk(userIDs, recipientsPortion) {
		err := each(ctx, tx, func(r rows) error {
			var user, muted string
			var s notice.Settings
			err := r.Scan(&user, &muted, &s.Digest)
			for _, k := range strings.Fields(muted) {
				s.Muted = append(s.Muted, notice.Kind(k))
			}
			all[user] = s
			return err
		}, "SELECT user_id, muted, digest FROM notice_setting WHERE user_id IN ("+numbered(len(part))+")", valuesOf(part)...)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// SaveNoticeSettings implements notice.WriteTx.
func (tx *Tx) SaveNoticeSettings(ctx context.Context, userID string, s notice.Settings) error {
	_, err := tx.exec(ctx, `INSERT INTO notice_setting (user_id, muted, digest) VALUES ($1, $2, $3)
		ON CONFLICT (user_id) DO UPDATE SET muted = excluded.muted, digest = excluded.digest`, userID, strings.Join(texts(s.Muted), " "), string(s.Digest))
	return err
}

// DigestUsers implements notice.Reader.
func (tx *Tx) DigestUsers(ctx context.Context) (map[string]notice.Digest, error) {
	all := map[string]notice.Digest{}
	err := each(ctx, tx, func(r rows) error {
		var user string
		var digest notice.Digest
		err := r.Scan(&user, &digest)
		all[user] = digest
		return err
	}, "SELECT s.user_id, s.digest FROM notice_setting s JOIN app_user u ON u.id = s.user_id WHERE s.digest <> '' AND u.disabled = FALSE")
	return all, err
}

// noticesPortion is how many messages one statement writes.
const noticesPortion = 100

// InsertNotices implements notice.Tx.
func (tx *Tx) InsertNotices(ctx context.Context, n notice.Notice, userIDs []string) (told []string, err error) {
	params, err := json.Marshal(n.Params)
	if err != nil {
		return nil, err
	}
	todo := n.Awaits()
	for part := range slices.Chunk(userIDs, noticesPortion) {
		var places []string
		var args []any
		for _, user := range part {
			id := NewID(tx.Now())
			once := n.Once
			if once == "" {
				once = id
			}
			row := []any{id, user, string(n.Kind), n.Subject, once, string(params), todo, instant(n.CreatedAt)}
			places = append(places, "("+numberedFrom(len(args)+1, len(row))+", '', '')")
			args = append(args, row...)
		}
		new, err := collect(ctx, tx, scanText, "INSERT INTO notice (id, user_id, kind, subject, once, params, todo, created_at, read_at, done_at) VALUES "+
			strings.Join(places, ", ")+" ON CONFLICT (user_id, kind, subject, once) DO NOTHING RETURNING user_id", args...)
		if err != nil {
			return nil, err
		}
		told = append(told, new...)
	}
	return told, nil
}

// EndNotices implements notice.Tx.
func (tx *Tx) EndNotices(ctx context.Context, e notice.End) error {
	if len(e.Kinds) == 0 {
		return nil
	}
	args := []any{instant(tx.Now()), e.Subject, e.UserID, e.PersonID}
	_, err := tx.exec(ctx, `UPDATE notice SET done_at = $1, read_at = CASE WHEN read_at = '' THEN $1 ELSE read_at END
		WHERE subject = $2 AND done_at = '' AND ($3 = '' OR user_id = $3)
			AND ($4 = 0 OR user_id IN (SELECT u.id FROM app_user u WHERE u.person_id = $4)) AND kind IN (`+numberedFrom(5, len(e.Kinds))+")",
		append(args, valuesOf(texts(e.Kinds))...)...)
	return err
}

const noticeColumns = "id, user_id, kind, subject, once, params, created_at, read_at, done_at"

func scanNotice(r rows, n *notice.Notice) error {
	var params string
	if err := r.Scan(&n.ID, &n.UserID, &n.Kind, &n.Subject, &n.Once, &params, scanTime(&n.CreatedAt), scanTime(&n.ReadAt), scanTime(&n.DoneAt)); err != nil {
		return err
	}
	return json.Unmarshal([]byte(params), &n.Params)
}

// Notices implements notice.Reader. Ids grow with time.
func (tx *Tx) Notices(ctx context.Context, userID string, f notice.Filter) ([]notice.Notice, error) {
	var where conditions
	where.equal("user_id", userID)
	where.equal("id", f.ID)
	switch f.Show {
	case notice.ShowUnread:
		where.all = append(where.all, "read_at = ''")
	case notice.ShowTodo:
		where.all = append(where.all, "todo AND done_at = ''")
	}
	if f.Group != "" {
		var places []string
		for _, k := range notice.KindsOf(f.Group) {
			places = append(places, where.place(string(k)))
		}
		where.all = append(where.all, "kind IN ("+strings.Join(places, ", ")+")")
	}
	if f.After != "" {
		where.all = append(where.all, "id < "+where.place(f.After))
	}
	return collect(ctx, tx, scanNotice, "SELECT "+noticeColumns+" FROM notice"+where.text()+" ORDER BY id DESC LIMIT "+where.place(int64(f.Limit)), where.args...)
}

// NoticeCounts implements notice.Reader.
func (tx *Tx) NoticeCounts(ctx context.Context, userID string, without notice.Kind) (c notice.Counts, err error) {
	if c.Unread, err = value[int64](ctx, tx, "SELECT COUNT(*) FROM notice WHERE user_id = $1 AND read_at = '' AND kind <> $2", userID, string(without)); err != nil {
		return c, err
	}
	c.Todo, err = value[int64](ctx, tx, "SELECT COUNT(*) FROM notice WHERE user_id = $1 AND todo AND done_at = ''", userID)
	return c, err
}

// ReadNotices implements notice.WriteTx.
func (tx *Tx) ReadNotices(ctx context.Context, userID string, ids []string) (int64, error) {
	args := []any{instant(tx.Now()), userID}
	text := "UPDATE notice SET read_at = $1 WHERE user_id = $2 AND read_at = ''"
	if ids != nil {
		text += " AND id IN (" + numberedFrom(3, len(ids)) + ")"
		args = append(args, valuesOf(ids)...)
	}
	return tx.exec(ctx, text, args...)
}

// NoticeDay implements notice.Reader.
func (tx *Tx) NoticeDay(ctx context.Context, day calendar.Date) (string, error) {
	return value[string](ctx, tx, "SELECT job_id FROM notice_day WHERE day = $1", day.String())
}

// SaveNoticeDay implements notice.WriteTx.
func (tx *Tx) SaveNoticeDay(ctx context.Context, day calendar.Date, jobID string) error {
	_, err := tx.exec(ctx, "INSERT INTO notice_day (day, job_id) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET job_id = excluded.job_id", day.String(), jobID)
	return err
}

// SweepNotices implements notice.WriteTx.
func (tx *Tx) SweepNotices(ctx context.Context, readBefore, madeBefore time.Time) (int64, error) {
	if _, err := tx.exec(ctx, "DELETE FROM notice_day WHERE day < $1", calendar.DateOf(readBefore).String()); err != nil {
		return 0, err
	}
	return tx.exec(ctx, "DELETE FROM notice WHERE (read_at <> '' AND read_at < $1 OR created_at < $2) AND NOT (todo AND done_at = '')", instant(readBefore), instant(madeBefore))
}

// TrimNotices implements notice.WriteTx. Ids grow with time.
func (tx *Tx) TrimNotices(ctx context.Context, keep int64) (removed int64, err error) {
	users, err := collect(ctx, tx, scanText, "SELECT user_id FROM notice GROUP BY user_id HAVING COUNT(*) > $1", keep)
	for _, user := range users {
		if err != nil {
			return removed, err
		}
		var n int64
		n, err = tx.exec(ctx, `DELETE FROM notice WHERE user_id = $1 AND NOT (todo AND done_at = '')
			AND id <= (SELECT id FROM notice WHERE user_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)`, user, keep)
		removed += n
	}
	return removed, err
}

// alertKinds say which message an alert is.
var alertKinds = map[access.AlertKind]notice.Kind{
	access.AlertNewDevice: notice.KindNewDevice, access.AlertPasswordChanged: notice.KindPasswordChanged, access.AlertPasswordReset: notice.KindPasswordReset,
	access.AlertSecondFactorOn: notice.KindSecondFactorOn, access.AlertSecondFactorOff: notice.KindSecondFactorOff, access.AlertKeyCreated: notice.KindKeyCreated,
	access.AlertIdentityLinked: notice.KindIdentityLinked,
}

// AlertUser is a message of package notice, for package access, which that one imports.
func (tx *Tx) AlertUser(ctx context.Context, a access.Alert) error {
	return notice.Post(ctx, tx, notice.Message{Kind: alertKinds[a.What], To: notice.To{UserIDs: []string{a.UserID}}, Subject: "user:" + a.UserID,
		Params: notice.Params{"Detail": notice.Word(a.Detail), "Client": notice.Word(a.Client), "At": notice.Moment(tx.Now())}})
}

// MeetDevice implements the part of access.Tx about devices.
func (tx *Tx) MeetDevice(ctx context.Context, userID, device string) (stranger bool, err error) {
	known, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM known_device WHERE user_id = $1", userID)
	if err != nil {
		return false, err
	}
	watched, err := value[string](ctx, tx, "SELECT devices_watched_from FROM app_user WHERE id = $1", userID)
	if err != nil {
		return false, err
	}
	added, err := tx.exec(ctx, "INSERT INTO known_device (user_id, device, first_at) VALUES ($1, $2, $3) ON CONFLICT (user_id, device) DO NOTHING", userID, device, instant(tx.Now()))
	return added > 0 && known > 0 && watched <= instant(tx.Now()), err
}
