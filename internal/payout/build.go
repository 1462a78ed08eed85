package payout

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strconv"

	"github.com/klauspost/compress/zstd"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/proof"
)

// Loaded are the engine's facts with the ids behind the engine's indices.
type Loaded struct {
	*engine.Facts
	PersonIDs []int64 // parallel to Facts.Persons
	TeamIDs   []int64 // parallel to Facts.Teams
}

// Group is the payouts of one payee under one plan, in the order of the plan's components.
type Group struct {
	Person, Plan int32
	Payouts      []engine.Payout
}

// Groups cuts a result into payees, in the result's own order. The order is the same for the same input, so a run that was interrupted
// knows where to go on.
func Groups(payouts []engine.Payout) []Group {
	var groups []Group
	for i, p := range payouts {
		if i == 0 || p.Person != payouts[i-1].Person || p.Plan != payouts[i-1].Plan {
			groups = append(groups, Group{Person: p.Person, Plan: p.Plan})
		}
		g := &groups[len(groups)-1]
		g.Payouts = payouts[i-len(g.Payouts) : i+1]
	}
	return groups
}

// Built is one statement ready to be stored, with its lines and what a reviewer must look at.
type Built struct {
	Row        StatementRow
	Lines      []Line
	Exceptions []Exception
}

// Builder turns results into statements. It is not safe for concurrent use: each goroutine has its own.
type Builder struct {
	Loaded  *Loaded
	Result  *engine.Result
	PlanIDs []string // document ids, parallel to the result's plans
	Version []string // version ids, likewise
	Plans   []*plan.Plan
	quotas  map[int32]map[string]bool // by plan, see ownQuotas
	encoder *zstd.Encoder
	text    []byte
}

// Build makes the statement of a group.
func (b *Builder) Build(g Group) (Built, error) {
	statement, err := b.Result.Statement(g.Person, g.Plan)
	if err != nil {
		return Built{}, err
	}
	row, err := b.row(statement, g.Person, g.Plan)
	if err != nil {
		return Built{}, err
	}
	built := Built{Row: row}
	for i, p := range g.Payouts {
		built.Lines = append(built.Lines, Line{PersonID: row.PersonID, PlanID: row.PlanID, Component: statement.Components[i].ID, AmountMinor: p.AmountFen, CarriedMinor: p.CarriedFen})
	}
	built.Exceptions = exceptions(built.Row, statement, b.ownQuotas(g.Plan))
	return built, nil
}

// row stores a statement: its bytes with their digest, and what stands beside them.
func (b *Builder) row(statement *engine.Statement, person, planIndex int32) (row StatementRow, err error) {
	if b.encoder == nil {
		if b.encoder, err = newEncoder(); err != nil {
			return StatementRow{}, err
		}
	}
	b.text = statement.AppendJSON(b.text[:0])
	digest := sha256.Sum256(b.text)
	row = StatementRow{
		PersonID: b.Loaded.PersonIDs[person], PlanID: b.PlanIDs[planIndex], VersionID: b.Version[planIndex], Level: statement.Level,
		TotalMinor: statement.TotalFen, Digest: hex.EncodeToString(digest[:]), Body: b.encoder.EncodeAll(b.text, nil),
	}
	for i, team := range b.Loaded.Teams {
		if team.Key == statement.Team {
			row.TeamID = b.Loaded.TeamIDs[i]
			break
		}
	}
	return row, nil
}

func newEncoder() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
}

// ownQuotas returns the quota measures of a plan that the payee's own pay rests on. Those that the plan only asks of the members of a team
// are none of the leader's, who needs no quota then.
func (b *Builder) ownQuotas(planIndex int32) map[string]bool {
	if found, ok := b.quotas[planIndex]; ok {
		return found
	}
	p, found := b.Plans[planIndex], map[string]bool{}
	var add func(id string)
	add = func(id string) {
		switch m := p.Measure(id); {
		case m == nil:
		case m.Quota != nil:
			found[id] = true
		case m.Ratio != nil:
			add(m.Ratio.Of)
			add(m.Ratio.To)
		}
	}
	for _, c := range p.Components {
		for _, condition := range c.When {
			add(condition.Measure)
		}
		add(c.Pays.Of)
		add(c.Pays.Per)
		if c.Pays.Table != nil {
			add(c.Pays.Table.By)
		}
		for _, id := range c.FurtherMeasures() {
			add(id)
		}
	}
	if b.quotas == nil {
		b.quotas = map[int32]map[string]bool{}
	}
	b.quotas[planIndex] = found
	return found
}

// exceptions reads from a statement what a reviewer must look at.
func exceptions(row StatementRow, s *engine.Statement, quotas map[string]bool) []Exception {
	var found []Exception
	for _, m := range s.Measures {
		if quotas[m.ID] && m.Reason.Key == engine.ReasonNoQuota {
			found = append(found, Exception{Kind: ExceptionNoQuota, PersonID: row.PersonID, PlanID: row.PlanID, Component: m.ID})
		}
	}
	for _, c := range s.Components {
		if c.AmountFen < 0 {
			found = append(found, Exception{Kind: ExceptionNegative, PersonID: row.PersonID, PlanID: row.PlanID, Component: c.ID, AmountMinor: c.AmountFen})
		}
		if c.Capped {
			found = append(found, Exception{Kind: ExceptionAtCap, PersonID: row.PersonID, PlanID: row.PlanID, Component: c.ID, AmountMinor: c.AmountFen, BeforeMinor: c.RoundedFen})
		}
	}
	return found
}

// Digest gathers statements, then settlements, in order, into the digest of a run: the root of a hash tree over the digests of their texts and
// the columns that stand beside them. A tree, so that a single statement can be shown to be under it without showing any other (package
// proof); each leaf is salted, so that nobody finds out by guessing what the others are.
//
// Runs of before there were proofs have no salt and another form: one SHA-256 over all fields, each closed by a zero byte.
type Digest struct {
	runSalt string
	tree    proof.Tree
	older   hash.Hash
}

// NewDigest returns an empty Digest of a run with the salt.
func NewDigest(runSalt string) *Digest { return &Digest{runSalt: runSalt, older: sha256.New()} }

// Add adds the next statement.
func (d *Digest) Add(row StatementRow) {
	fields := d.Sealed(row).Fields()
	d.add(fields[0], fields[1:]...)
}

func (d *Digest) add(salt string, fields ...string) {
	if d.Provable() {
		d.tree.Add(append([]string{salt}, fields...)...)
		return
	}
	for _, field := range fields {
		d.older.Write([]byte(field))
		d.older.Write([]byte{0})
	}
}

// salt is the salt of a leaf, by what it is of.
func (d *Digest) salt(what string, person int64, plan string) string {
	mac := hmac.New(sha256.New, []byte(d.runSalt))
	mac.Write([]byte(what + "\x00" + strconv.FormatInt(person, 10) + "\x00" + plan))
	return hex.EncodeToString(mac.Sum(nil))
}

// Provable reports whether ways lead to the digest.
func (d *Digest) Provable() bool { return d.runSalt != "" }

// Sum returns the digest in hex.
func (d *Digest) Sum() string {
	if d.Provable() {
		return d.tree.Root()
	}
	return hex.EncodeToString(d.older.Sum(nil))
}

// Way leads from a statement or settlement, by its place, to the digest.
func (d *Digest) Way(place int) proof.Way { return d.tree.Way(place) }

// Sealed is what the digest of a run holds of a statement.
func (d *Digest) Sealed(r StatementRow) proof.Row {
	return proof.Row{Salt: d.salt("statement", r.PersonID, r.PlanID), PersonID: r.PersonID, PlanID: r.PlanID, VersionID: r.VersionID, Level: r.Level,
		TeamID: r.TeamID, TotalMinor: r.TotalMinor, Digest: r.Digest}
}

// StatementBytesMax is the greatest size of a statement's JSON that is opened: about a million credits.
const StatementBytesMax = 512 << 20

// Open unpacks a stored statement and checks its digest. Errors: internal with key payout.statement_broken when the bytes are not
// those that were stored.
func Open(row StatementRow) (s *engine.Statement, text []byte, err error) {
	decoder, err := zstd.NewReader(bytes.NewReader(row.Body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(StatementBytesMax))
	if err != nil {
		return nil, nil, broken(row, err)
	}
	defer decoder.Close()
	var buffer bytes.Buffer
	if _, err := buffer.ReadFrom(decoder); err != nil {
		return nil, nil, broken(row, err)
	}
	if digest := sha256.Sum256(buffer.Bytes()); hex.EncodeToString(digest[:]) != row.Digest {
		return nil, nil, broken(row, nil)
	}
	s = new(engine.Statement)
	if err := json.Unmarshal(buffer.Bytes(), s); err != nil {
		return nil, nil, broken(row, err)
	}
	return s, buffer.Bytes(), nil
}

func broken(row StatementRow, cause error) error {
	return errs.New(errs.KindInternal, "payout.statement_broken", errs.Args{"Person": row.PersonID, "Plan": row.PlanID}).Because(cause)
}
