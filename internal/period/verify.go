package period

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
)

// Broken names the first record that is not what it was.
type Broken struct {
	Record string // kind:id
	Why    errs.Message
}

// Verification is the outcome of Verify.
type Verification struct {
	Seals      int
	Statements int64
	Entries    int64
	Broken     *Broken // nil: all is as it was
}

// Verify recomputes everything that closed months rest on: the chain and signatures of seals, the digests of statements and their
// lines, the plans they name, the pay files, the chain of the ledger and its amounts. It stops at the first broken record. What nothing
// inside can tell is whether the newest closed months were taken back as a whole: compare the last seal with one noted elsewhere.
// Errors: forbidden.
func (s *Service) Verify(ctx context.Context, actor access.Actor) (v Verification, err error) {
	defer errs.Wrap(&err, "period.Verify")
	if err := actor.RequireAll(access.PermAuditRead); err != nil {
		return Verification{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		c := &verifier{Verification: &v, service: s, reader: r, marks: map[int64]string{}, points: map[string]reward.Entry{}, months: map[calendar.Month]bool{},
			answers: map[calendar.Month][]payout.Receipt{}}
		return c.all(ctx)
	})
	return v, err
}

// verifier walks through everything once; each step ends early when something is broken. It holds one month's entries at a time, and of payroll's answers and of
// the ledger's chain what is needed later: a ledger of many years is not in memory.
type verifier struct {
	*Verification
	service *Service
	reader  Reader
	marks   map[int64]string                    // hashes of the entries at which seals say that the ledger ended
	points  map[string]reward.Entry             // entries of points by key
	months  map[calendar.Month]bool             // of entries of money
	answers map[calendar.Month][]payout.Receipt // those that the ledger has, by the month of their entries
	posted  map[string]reward.Entry             // the entries of money of the month at hand, by key, that nothing has claimed yet
	// What is wrong with entries of payroll's answers, and the first entry that nothing has claimed, is said after all else.
	unanswered *Broken
	unclaimed  int64
}

func (c *verifier) broken(record, why string) error {
	c.Broken = &Broken{record, errs.Msg(why, nil)}
	return nil
}

func (c *verifier) all(ctx context.Context) error {
	seals, err := c.reader.Seals(ctx)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, []Seal) error{c.ledger, c.closedMonths, c.seals, c.receipts, c.sealedMonths, c.otherMonths, c.awards, c.leftOver} {
		if err := step(ctx, seals); err != nil || c.Broken != nil {
			return err
		}
	}
	return nil
}

// ledger walks the ledger's chain up to where the last seal says it ends.
func (c *verifier) ledger(ctx context.Context, seals []Seal) error {
	for _, seal := range seals {
		c.marks[seal.LedgerSeq] = ""
	}
	prev := ""
	err := c.reader.EachLedgerEntry(ctx, func(e reward.Entry) error {
		if c.Broken != nil {
			return nil
		}
		c.Entries++
		switch {
		case e.Seq > c.Entries:
			return c.broken(ledgerRecord(c.Entries), "verify.missing")
		case e.Seq < c.Entries:
			return c.broken(ledgerRecord(e.Seq), "verify.inserted")
		case e.ComputeHash() != e.Hash:
			return c.broken(ledgerRecord(e.Seq), "verify.changed")
		case e.PrevHash != prev:
			return c.broken(ledgerRecord(e.Seq), "verify.chain")
		}
		prev = e.Hash
		if _, marked := c.marks[e.Seq]; marked {
			c.marks[e.Seq] = e.Hash
		}
		if e.Currency == reward.Points { // points belong to no month's close
			c.points[e.Key] = e
		} else {
			c.months[e.Month] = true
		}
		return nil
	})
	return err
}

func ledgerRecord(seq int64) string { return fmt.Sprintf("ledger_entry:%d", seq) }

// seals checks each seal by itself, then their chain, then that the ledger is the one they were put on.
func (c *verifier) seals(_ context.Context, seals []Seal) error {
	for _, seal := range seals {
		signature, err := base64.StdEncoding.DecodeString(seal.Signature)
		switch {
		case seal.ComputeHash() != seal.Hash:
			return c.broken(seal.record(), "verify.changed")
		case err != nil || !c.service.signer.Verify([]byte(seal.Hash), signature):
			return c.broken(seal.record(), "verify.signature")
		}
	}
	prev := ""
	for _, seal := range seals {
		switch n := c.Entries; {
		case seal.PrevHash != prev:
			return c.broken(seal.record(), "verify.chain")
		case seal.LedgerSeq > n:
			return c.broken(ledgerRecord(n+1), "verify.missing")
		case seal.LedgerSeq > 0 && c.marks[seal.LedgerSeq] != seal.LedgerHash:
			return c.broken(ledgerRecord(seal.LedgerSeq), "verify.changed")
		}
		prev = seal.Hash
	}
	return nil
}

func (s Seal) record() string { return "seal:" + s.Month.String() }

// closedMonths checks that the months which are closed are those that have seals and pay files.
func (c *verifier) closedMonths(ctx context.Context, seals []Seal) error {
	sealed := map[string]bool{}
	for _, seal := range seals {
		sealed[seal.Month.String()] = true
	}
	periods, err := c.reader.Periods(ctx)
	if err != nil {
		return err
	}
	for _, p := range periods {
		if p.State == StateClosed && !sealed[p.Month.String()] {
			return c.broken("seal:"+p.Month.String(), "verify.missing")
		}
	}
	files, err := c.reader.PayFiles(ctx)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !sealed[f.Month.String()] || f.Format != FormatCSV && f.Format != FormatXLSX {
			return c.broken(f.record(), "verify.inserted")
		}
	}
	return nil
}

// sealedMonths recomputes the closed months one by one.
func (c *verifier) sealedMonths(ctx context.Context, seals []Seal) error {
	for _, seal := range seals {
		if err := c.load(ctx, seal.Month); err != nil {
			return err
		}
		if err := c.month(ctx, seal); err != nil || c.Broken != nil {
			return err
		}
		c.rest(seal.Month)
		c.Seals++
	}
	return nil
}

// otherMonths looks at the entries of months that are not closed: payroll's answers alone may be there.
func (c *verifier) otherMonths(ctx context.Context, seals []Seal) error {
	for month := range c.answers {
		c.months[month] = true
	}
	for _, seal := range seals {
		delete(c.months, seal.Month)
	}
	for _, month := range slices.Sorted(maps.Keys(c.months)) {
		if err := c.load(ctx, month); err != nil {
			return err
		}
		c.rest(month)
	}
	return nil
}

// load reads the entries of a month.
func (c *verifier) load(ctx context.Context, month calendar.Month) error {
	c.posted = map[string]reward.Entry{}
	return c.reader.EachMonthEntry(ctx, month, func(e reward.Entry) error {
		e.Hash, e.PrevHash = "", ""
		c.posted[e.Key] = e
		return nil
	})
}

// rest takes the entries of payroll's answers out of those of a month, and notes the first of the others.
func (c *verifier) rest(month calendar.Month) {
	var entries []reward.Entry
	for _, r := range c.answers[month] {
		entries = append(entries, reward.ReceiptEntry(r))
	}
	if _ = c.claim(entries); c.Broken != nil {
		c.unanswered, c.Broken = cmp.Or(c.unanswered, c.Broken), nil
	}
	for _, e := range c.posted {
		if c.unclaimed == 0 || e.Seq < c.unclaimed {
			c.unclaimed = e.Seq
		}
	}
}

// leftOver says what was found of entries that are no month's.
func (c *verifier) leftOver(context.Context, []Seal) error {
	if c.Broken = c.unanswered; c.Broken == nil && c.unclaimed != 0 {
		return c.broken(ledgerRecord(c.unclaimed), "verify.unsealed_entries")
	}
	return nil
}
