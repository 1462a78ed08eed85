package period

import (
	"context"
	"encoding/base64"
	"fmt"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
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
		c := &verifier{Verification: &v, service: s, reader: r, posted: map[string]reward.Entry{}, points: map[string]reward.Entry{}}
		return c.all(ctx)
	})
	return v, err
}

// verifier walks through everything once; each step ends early when something is broken.
type verifier struct {
	*Verification
	service *Service
	reader  Reader
	hashes  []string                // of the ledger, by Seq − 1
	posted  map[string]reward.Entry // entries of money by key that nothing has claimed yet
	points  map[string]reward.Entry // entries of points by key
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
	for _, step := range []func(context.Context, []Seal) error{c.ledger, c.closedMonths, c.seals, c.sealedMonths, c.awards, c.receipts, c.leftOver} {
		if err := step(ctx, seals); err != nil || c.Broken != nil {
			return err
		}
	}
	return nil
}

// ledger walks the ledger's chain up to where the last seal says it ends.
func (c *verifier) ledger(ctx context.Context, seals []Seal) error {
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
		c.hashes = append(c.hashes, e.Hash)
		of := c.posted
		if e.Currency == reward.Points { // points belong to no month's close
			of = c.points
		}
		e.Hash, e.PrevHash = "", ""
		of[e.Key] = e
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
		switch n := int64(len(c.hashes)); {
		case seal.PrevHash != prev:
			return c.broken(seal.record(), "verify.chain")
		case seal.LedgerSeq > n:
			return c.broken(ledgerRecord(n+1), "verify.missing")
		case seal.LedgerSeq > 0 && c.hashes[seal.LedgerSeq-1] != seal.LedgerHash:
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
		if err := c.month(ctx, seal); err != nil || c.Broken != nil {
			return err
		}
		c.Seals++
	}
	return nil
}

// leftOver names the first ledger entry that no closed month has claimed.
func (c *verifier) leftOver(context.Context, []Seal) error {
	first := int64(0)
	for _, e := range c.posted {
		if first == 0 || e.Seq < first {
			first = e.Seq
		}
	}
	if first != 0 {
		return c.broken(ledgerRecord(first), "verify.unsealed_entries")
	}
	return nil
}
