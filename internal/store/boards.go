package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
)

// Boards returns the store of package board.
func (db *DB) Boards() board.Store { return boardStore{db} }

type boardStore struct{ db *DB }

// InTx implements board.Store.
func (s boardStore) InTx(ctx context.Context, fn func(board.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements board.Store.
func (s boardStore) Read(ctx context.Context, fn func(board.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var boardColumns = []string{"id", "owner_id", "owner_name", "name", "shared", "tiles", "revision", "created_at", "updated_at"}

func scanBoard(r rows, b *board.Board) error {
	var id int64
	var tiles string
	if err := r.Scan(&id, &b.OwnerID, &b.OwnerName, &b.Name, &b.Shared, &tiles, &b.Revision, scanTime(&b.CreatedAt), scanTime(&b.UpdatedAt)); err != nil {
		return err
	}
	b.ID = strconv.FormatInt(id, 10)
	return json.Unmarshal([]byte(tiles), &b.Tiles)
}

var boardSelect = "SELECT " + strings.Join(boardColumns, ", ") + " FROM board"

// BoardsFor implements board.Reader.
func (tx *Tx) BoardsFor(ctx context.Context, userID string) ([]board.Board, error) {
	return collect(ctx, tx, scanBoard, boardSelect+" WHERE owner_id = $1 OR shared ORDER BY CASE WHEN owner_id = $1 THEN 0 ELSE 1 END, name, id", userID)
}

// Board implements board.Reader.
func (tx *Tx) Board(ctx context.Context, id int64) (board.Board, error) {
	return one(ctx, tx, "board.not_found", scanBoard, boardSelect+" WHERE id = $1", id)
}

func boardValues(b board.Board) ([]any, error) {
	id, err := strconv.ParseInt(b.ID, 10, 64)
	if err != nil {
		return nil, err
	}
	tiles, err := json.Marshal(b.Tiles)
	return []any{id, b.OwnerID, b.OwnerName, b.Name, b.Shared, string(tiles), b.Revision, instant(b.CreatedAt), instant(b.UpdatedAt)}, err
}

// InsertBoard implements board.Tx.
func (tx *Tx) InsertBoard(ctx context.Context, b board.Board) error {
	values, err := boardValues(b)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "board", boardColumns, values)
}

// SaveBoard implements board.Tx.
func (tx *Tx) SaveBoard(ctx context.Context, b board.Board) error {
	values, err := boardValues(b)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "board.changed_meanwhile", "UPDATE board SET name = $2, shared = $3, tiles = $4, revision = $5, updated_at = $6 WHERE id = $1 AND revision = $5 - 1", values[0], values[3], values[4], values[5], values[6], values[8])
}

// DropBoard implements board.Tx. Who begins with it goes back to the board of their role.
func (tx *Tx) DropBoard(ctx context.Context, id int64) error {
	if err := mustChange(ctx, tx, "board.changed_meanwhile", "DELETE FROM board WHERE id = $1", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM board_home WHERE board = $1", strconv.FormatInt(id, 10))
	return err
}

// BoardHome implements board.Reader.
func (tx *Tx) BoardHome(ctx context.Context, userID string) (string, error) {
	return value[string](ctx, tx, "SELECT board FROM board_home WHERE user_id = $1", userID)
}

// SetBoardHome implements board.Tx.
func (tx *Tx) SetBoardHome(ctx context.Context, userID, id string) error {
	if _, err := tx.exec(ctx, "DELETE FROM board_home WHERE user_id = $1", userID); err != nil || id == "" {
		return err
	}
	return tx.insertRow(ctx, "board_home", []string{"user_id", "board"}, []any{userID, id})
}

const validNow = " AND x.superseded_in = " + openBatch + " AND x.valid_from <= $2 AND $2 < x.valid_to"

func validAs(alias string) string { return strings.ReplaceAll(validNow, "x.", alias+".") }

// BoardPath implements board.Reader.
func (tx *Tx) BoardPath(ctx context.Context, place metric.Place, today calendar.Date) (path []metric.Place, err error) {
	scan := func(kinds ...metric.PlaceKind) func(rows, *[]metric.Place) error {
		return func(r rows, found *[]metric.Place) error {
			all := make([]metric.Place, len(kinds))
			var into []any
			for i, kind := range kinds {
				all[i].Kind = kind
				into = append(into, &all[i].ID, &all[i].Name)
			}
			if err := r.Scan(into...); err != nil {
				return err
			}
			for _, p := range all {
				if p.ID != 0 {
					*found = append(*found, p)
				}
			}
			return nil
		}
	}
	day := today.String()
	switch place.Kind {
	case metric.PlaceRegion:
		return one(ctx, tx, "board.no_place", scan(metric.PlaceRegion), "SELECT g.id, g.name FROM region g WHERE g.id = $1"+validAs("g"), place.ID, day)
	case metric.PlaceTeam:
		return one(ctx, tx, "board.no_place", scan(metric.PlaceRegion, metric.PlaceTeam), "SELECT COALESCE(g.id, 0), COALESCE(g.name, ''), t.id, t.name FROM team t LEFT JOIN region g ON g.id = t.region_id"+validAs("g")+" WHERE t.id = $1"+validAs("t"), place.ID, day)
	case metric.PlacePerson:
		return one(ctx, tx, "board.no_place", scan(metric.PlaceRegion, metric.PlaceTeam, metric.PlacePerson), `SELECT COALESCE(g.id, 0), COALESCE(g.name, ''), COALESCE(t.id, 0), COALESCE(t.name, ''), p.id, p.name FROM person p
			LEFT JOIN assignment a ON a.person_id = p.id`+validAs("a")+" LEFT JOIN team t ON t.id = a.team_id"+validAs("t")+" LEFT JOIN region g ON g.id = t.region_id"+validAs("g")+" WHERE p.id = $1 AND p.superseded_in = "+openBatch, place.ID, day)
	}
	return nil, nil
}

// BoardOverdue implements board.Reader.
func (tx *Tx) BoardOverdue(ctx context.Context, scope access.Scope, place metric.Place, by metric.Breakdown, today calendar.Date, currency money.Currency) ([]board.Overdue, error) {
	group, name := "0", "''"
	kind := metric.PlaceKind("")
	switch by {
	case metric.ByRegion:
		group, name, kind = "COALESCE(g.id, 0)", "COALESCE(g.name, '')", metric.PlaceRegion
	case metric.ByTeam:
		group, name, kind = "COALESCE(t.id, 0)", "COALESCE(t.name, '')", metric.PlaceTeam
	case metric.ByPerson:
		group, name, kind = "i.owner_id", "COALESCE(p.name, '')", metric.PlacePerson
	}
	band := "CASE WHEN i.due_on >= $2 THEN 0"
	args := []any{string(currency), today.String()}
	for _, b := range board.Bands[:len(board.Bands)-1] {
		args = append(args, (today - calendar.Date(board.Ends[b])).String())
		band += " WHEN i.due_on >= $" + strconv.Itoa(len(args)) + " THEN " + strconv.Itoa(int(b))
	}
	band += " ELSE " + strconv.Itoa(int(board.Longer)) + " END"
	where := ""
	if column := map[metric.PlaceKind]string{metric.PlaceRegion: "g.id", metric.PlaceTeam: "t.id", metric.PlacePerson: "i.owner_id"}[place.Kind]; column != "" {
		args = append(args, place.ID)
		where = " AND " + column + " = $" + strconv.Itoa(len(args))
	}
	reach, more := personsInReach(scope, today, "i.owner_id", len(args)+1)
	args = append(args, more...)
	return collect(ctx, tx, func(r rows, o *board.Overdue) error {
		o.Group.Kind = kind
		return r.Scan(&o.Band, &o.Group.ID, &o.Group.Name, &o.Minor, &o.Count)
	}, "SELECT band, group_id, group_name, CAST(SUM(left_minor) AS BIGINT), COUNT(*) FROM (SELECT "+band+" AS band, "+group+" AS group_id, "+name+` AS group_name, i.left_minor FROM instalment i
		JOIN contract c ON c.id = i.contract_id AND c.state = 'signed' LEFT JOIN person p ON p.id = i.owner_id AND p.superseded_in = `+openBatch+`
		LEFT JOIN assignment a ON a.person_id = i.owner_id`+validAs("a")+" LEFT JOIN team t ON t.id = a.team_id"+validAs("t")+" LEFT JOIN region g ON g.id = t.region_id"+validAs("g")+`
		WHERE i.left_minor > 0 AND i.currency = $1`+where+" AND "+reach+") z GROUP BY band, group_id, group_name ORDER BY band, group_id", args...)
}

// BoardStamp implements board.Reader.
func (tx *Tx) BoardStamp(ctx context.Context) (s board.Stamp, err error) {
	found, err := collect(ctx, tx, func(r rows, s *board.Stamp) error { return r.Scan(&s.Batch, scanTime(&s.At)) }, "SELECT id, recorded_at FROM batch ORDER BY id DESC LIMIT 1")
	if err != nil {
		return s, err
	}
	if len(found) > 0 {
		s = found[0]
	}
	s.Event, err = tx.LatestEvent(ctx)
	return s, err
}

var boardAlertColumns = []string{"id", "owner_id", "metric", "place", "waits_for", "limit_amount", "created_at", "crossed", "side", "known", "amount", "judged", "checked_at", "told_at", "why"}

func scanBoardAlert(r rows, a *board.Alert) error {
	var place, why string
	if err := r.Scan(&a.ID, &a.OwnerID, &a.Metric, &place, &a.When, &a.Limit, scanTime(&a.CreatedAt), &a.Crossed, &a.Side, &a.Known, &a.Value, scanKeptMonth(&a.Judged), scanTime(&a.CheckedAt), scanTime(&a.ToldAt), &why); err != nil {
		return err
	}
	var err error
	if a.Place, err = board.ParsePlace(place); err != nil || why == "" {
		return err
	}
	return json.Unmarshal([]byte(why), &a.Why)
}

func boardAlertValues(a board.Alert) ([]any, error) {
	why := ""
	if a.Why.Key != "" {
		text, err := json.Marshal(errs.Message{Key: a.Why.Key}) // what refuses an alert has no arguments that must be kept
		if err != nil {
			return nil, err
		}
		why = string(text)
	}
	return []any{a.ID, a.OwnerID, string(a.Metric), board.PlaceText(a.Place), string(a.When), a.Limit, instant(a.CreatedAt), a.Crossed, int64(a.Side), a.Known, a.Value, optionalMonth(a.Judged), instant(a.CheckedAt), instant(a.ToldAt), why}, nil
}

var boardAlertSelect = "SELECT " + strings.Join(boardAlertColumns, ", ") + " FROM board_alert"

// BoardAlerts implements board.Reader.
func (tx *Tx) BoardAlerts(ctx context.Context, ownerID string) ([]board.Alert, error) {
	return collect(ctx, tx, scanBoardAlert, boardAlertSelect+" WHERE $1 = '' OR owner_id = $1 ORDER BY id", ownerID)
}

// BoardAlert implements board.Reader.
func (tx *Tx) BoardAlert(ctx context.Context, id int64) (board.Alert, error) {
	return one(ctx, tx, "board.no_alert", scanBoardAlert, boardAlertSelect+" WHERE id = $1", id)
}

// InsertBoardAlert implements board.Tx.
func (tx *Tx) InsertBoardAlert(ctx context.Context, a board.Alert) error {
	values, err := boardAlertValues(a)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "board_alert", boardAlertColumns, values)
}

// SaveBoardAlert implements board.Tx: what the last look found.
func (tx *Tx) SaveBoardAlert(ctx context.Context, a board.Alert) error {
	values, err := boardAlertValues(a)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "board.no_alert", "UPDATE board_alert SET crossed = $2, side = $3, known = $4, amount = $5, judged = $6, checked_at = $7, told_at = $8, why = $9 WHERE id = $1",
		values[0], values[7], values[8], values[9], values[10], values[11], values[12], values[13], values[14])
}

// DropBoardAlert implements board.Tx.
func (tx *Tx) DropBoardAlert(ctx context.Context, id int64) error {
	return mustChange(ctx, tx, "board.no_alert", "DELETE FROM board_alert WHERE id = $1", id)
}
