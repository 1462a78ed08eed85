package payout

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/zstd"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/settle"
)

// Account is one payee under one plan: what is settled from month to month.
type Account struct {
	PersonID int64
	PlanID   string
}

// Openings are the opening items of a month by account: the closing items of each account's newest closed month before it.
type Openings map[Account][]settle.Item

// SettlementRow is one account's settled month as a run stores it. Body is the settlement's JSON, compressed with Zstandard, for what is remembered of earnings
// says nearly the same many times; Digest is the SHA-256 of the JSON in hex. Settlements of before that was done are plain JSON.
// OpeningDigest is the digest of the opening items: while they are what they were, the settlement stands.
type SettlementRow struct {
	PersonID      int64
	PlanID        string
	EarnedMinor   int64
	PaidMinor     int64
	OpeningDigest string
	Digest        string
	Body          []byte
}

// OpeningDigest is the digest of opening items, and of what is known of the past beside them.
func OpeningDigest(items []settle.Item, past []settle.Past) (string, error) {
	var known any = items
	if len(past) > 0 {
		known = struct {
			Items []settle.Item
			Past  []settle.Past
		}{items, past}
	}
	text, err := json.Marshal(known)
	if err != nil {
		return "", err
	}
	return sha256Hex(text), nil
}

func sha256Hex(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Settle settles every account that a plan with a settlement pays or has additions of, or that has opening items, in the order of persons' keys, then plans.
// Items of a plan that is not in force stay open where they are.
func (b *Builder) Settle(openings Openings, pasts Pasts, additions []Addition) (rows []SettlementRow, err error) {
	defer errs.Wrap(&err, "payout.Settle")
	accounts := map[account]bool{}
	for _, g := range Groups(b.Result.Payouts) {
		if b.Plans[g.Plan].Settle != nil {
			accounts[account{g.Person, g.Plan}] = true
		}
	}
	persons := map[int64]int32{}
	for i, id := range b.Loaded.PersonIDs {
		persons[id] = int32(i)
	}
	add := func(key Account, always bool) {
		person, known := persons[key.PersonID]
		if index := slices.Index(b.PlanIDs, key.PlanID); known && index >= 0 && (always || b.Plans[index].Settle != nil) {
			accounts[account{person, int32(index)}] = true
		}
	}
	for key := range openings {
		add(key, true)
	}
	for key := range pasts {
		add(key, true)
	}
	for _, a := range additions {
		add(Account{a.PersonID, a.PlanID}, false)
	}
	ordered := slices.SortedFunc(maps.Keys(accounts), func(x, y account) int {
		return cmp.Or(engine.CompareKeys(b.Loaded.Persons[x.person].Key, b.Loaded.Persons[y.person].Key), cmp.Compare(b.PlanIDs[x.plan], b.PlanIDs[y.plan]))
	})
	for _, a := range ordered {
		key := Account{b.Loaded.PersonIDs[a.person], b.PlanIDs[a.plan]}
		opening := openings[key]
		past := pasts[key]
		result, err := SettleOne(b.Result, b.Plans[a.plan], a.person, a.plan, opening, past, AddedOf(additions, key))
		if err != nil {
			return nil, err
		}
		row := SettlementRow{PersonID: b.Loaded.PersonIDs[a.person], PlanID: b.PlanIDs[a.plan], PaidMinor: result.PaidFen}
		for _, p := range result.Postings {
			if p.Kind == settle.PostingEarned {
				row.EarnedMinor += p.AmountFen
			}
		}
		text, err := json.Marshal(result)
		if err != nil {
			return nil, err
		}
		if row.Digest = sha256Hex(text); b.encoder == nil {
			if b.encoder, err = newEncoder(); err != nil {
				return nil, err
			}
		}
		row.Body = b.encoder.EncodeAll(text, nil)
		if row.OpeningDigest, err = OpeningDigest(opening, past); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

type account struct{ person, plan int32 }

// SettleOne settles one account of a result. plan is the index of by in the run's plans.
func SettleOne(result *engine.Result, by *plan.Plan, person, plan int32, opening []settle.Item, past []settle.Past, added []settle.Added) (*settle.Result, error) {
	c, err := result.SettlementCase(person, plan, opening, added)
	if err != nil {
		return nil, err
	}
	c.Past = past
	return settle.Run(by, c)
}

// OpenSettlement reads a stored settlement and checks its digest. Errors: internal with key payout.settlement_broken when it is not what
// was stored.
func OpenSettlement(row SettlementRow) (*settle.Result, error) {
	broken := errs.New(errs.KindInternal, "payout.settlement_broken", errs.Args{"Person": row.PersonID, "Plan": row.PlanID})
	text, err := row.text()
	if err != nil {
		return nil, broken.Because(err)
	}
	if sha256Hex(text) != row.Digest {
		return nil, broken
	}
	r := new(settle.Result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, broken.Because(err)
	}
	return r, nil
}

// settlementDecoder is shared: opening a settlement must not cost the making of a decoder.
var settlementDecoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(StatementBytesMax))
})

// text is the settlement's JSON.
func (row SettlementRow) text() ([]byte, error) {
	if len(row.Body) > 0 && row.Body[0] == '{' {
		return row.Body, nil
	}
	decoder, err := settlementDecoder()
	if err != nil {
		return nil, err
	}
	return decoder.DecodeAll(row.Body, nil)
}

// AddSettlement adds a settled account to the digest of a run, behind the statements.
func (d *Digest) AddSettlement(row SettlementRow) {
	d.add(d.salt("settlement", row.PersonID, row.PlanID), "settlement", strconv.FormatInt(row.PersonID, 10), row.PlanID, strconv.FormatInt(row.EarnedMinor, 10), strconv.FormatInt(row.PaidMinor, 10),
		row.OpeningDigest, row.Digest)
}

// settledIn opens how a month was settled under a plan; nil when it was not.
func settledIn(rows []SettlementRow, planID string) (*settle.Result, error) {
	for _, row := range rows {
		if row.PlanID == planID {
			return OpenSettlement(row)
		}
	}
	return nil, nil
}

// settledNow settles what a preview computed.
func settledNow(result *engine.Result, rules planbook.InForce, g Group, opening []settle.Item, past []settle.Past, added []settle.Added) (*settle.Result, error) {
	if by := rules.Plans[g.Plan]; by.Settle != nil || len(opening)+len(past) > 0 {
		return SettleOne(result, by, g.Person, g.Plan, opening, past, added)
	}
	return nil, nil
}
