package period_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/proof"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestEveryStatementOfAClosedMonthHasAProofThatVerifies(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := closed(t, db)
		_, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month + 1, PersonID: 1})
		wantKind(t, "an open month", err, errs.KindConflict)
		audited := len(monthtest.QueryInts(t, h.DB, "SELECT seq FROM audit_entry WHERE action = 'period.proof'"))
		proofs := 0
		for id, key := range keys(t, h) {
			of := period.ProofOf{Month: month, PersonID: id}
			p, err := h.Periods.Prove(t.Context(), monthtest.Approver, of)
			if errs.Is(err, errs.KindNotFound) {
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			proofs++
			report := proof.Verify(p.Packed)
			for _, c := range report.Checks {
				if !c.OK() {
					t.Errorf("%s: %s: %+v", key, c.ID, c.Fault)
				}
			}
			if p.Payee != key || report.Statement.Payee != key || !report.Sound() || len(report.Checks) != 11 {
				t.Errorf("%s: %+v", key, report)
			}
			again, err := h.Periods.Prove(t.Context(), monthtest.Approver, of)
			if err != nil || !bytes.Equal(p.Packed, again.Packed) {
				t.Errorf("%s: a second proof has other bytes, or %v", key, err)
			}
		}
		if after := len(monthtest.QueryInts(t, h.DB, "SELECT seq FROM audit_entry WHERE action = 'period.proof'")); proofs != 8 || after-audited != 2*proofs {
			t.Errorf("%d proofs, %d audited", proofs, after-audited)
		}
	})
}

func TestAProofIsForWhoMaySeeTheStatement(t *testing.T) {
	t.Parallel()
	h := closed(t, storetest.SQLite(t))
	of := period.ProofOf{Month: month, PersonID: 3}
	if _, err := h.Periods.Prove(t.Context(), monthtest.Seller(3), of); err != nil {
		t.Error("one's own:", err)
	}
	_, err := h.Periods.Prove(t.Context(), monthtest.Seller(4), of)
	wantKind(t, "another seller's", err, errs.KindForbidden)
	_, err = h.Periods.Prove(t.Context(), access.Actor{}, of)
	wantKind(t, "nobody", err, errs.KindUnauthenticated)
}

// refusedAsOfOthers wants the refusal that is about others' sales.
func refusedAsOfOthers(t *testing.T, what string, err error) {
	t.Helper()
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.KindForbidden || e.Message.Key != "period.proof_of_others" {
		t.Errorf("%s: %v", what, err)
	}
}

func TestAProofOfATeamsSalesIsForWhoMaySeeTheTeamsPay(t *testing.T) {
	t.Parallel()
	h := closed(t, storetest.SQLite(t))
	of := period.ProofOf{Month: month, PersonID: h.Person(t, "M1")}
	if _, err := h.Periods.Prove(t.Context(), monthtest.Lead(of.PersonID), of); err != nil {
		t.Error("who leads the team today:", err)
	}
	_, err := h.Periods.Prove(t.Context(), monthtest.Seller(of.PersonID), of)
	refusedAsOfOthers(t, "who leads no team any more", err)
	_, err = h.Periods.Prove(t.Context(), monthtest.Lead(h.Person(t, "M2")), of)
	wantKind(t, "who leads another team", err, errs.KindForbidden)
}

// ranked is a house in which regular sellers are paid by their place among each other, with a closed month.
func ranked(t *testing.T) *monthtest.House {
	t.Helper()
	h := monthtest.NewHouse(storetest.SQLite(t), time.Now)
	texts, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if strings.Contains(text, "\nid: regular\n") {
			text = strings.Replace(text, "\ncomponents:\n", `
  place: {name: {zh: 名次, en: place}, rank: credited, among: plan, order: descending, ties: best}
components:
  - id: first
    name: {zh: 第一名奖, en: First place}
    when: [{measure: place, at_most: 1}]
    pays: {amount: 1000.00}
`, 1)
		}
		v, err := h.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Plans.Approve(t.Context(), monthtest.Approver, v.ID); err != nil {
			t.Fatal(err)
		}
	}
	h.MustRecord(t, monthtest.Small().Write)
	h.MustClose(t, month)
	return h
}

func TestAProofThatComparesPeopleIsForWhoMaySeeAllTheirPay(t *testing.T) {
	t.Parallel()
	h := ranked(t)
	of := period.ProofOf{Month: month, PersonID: h.Person(t, "A")}
	_, err := h.Periods.Prove(t.Context(), monthtest.Seller(of.PersonID), of)
	refusedAsOfOthers(t, "the payee", err)
	_, err = h.Periods.Prove(t.Context(), monthtest.Lead(h.Person(t, "M1")), of)
	refusedAsOfOthers(t, "the leader, while others of the contest are in another team", err)
	if n := len(monthtest.QueryInts(t, h.DB, "SELECT seq FROM audit_entry WHERE action = 'period.proof'")); n != 0 {
		t.Errorf("%d proofs are said to have been handed out", n)
	}
	p, err := h.Periods.Prove(t.Context(), monthtest.Approver, of)
	if err != nil || !proof.Verify(p.Packed).Sound() {
		t.Error("finance:", err)
	}
	for _, other := range []string{"D", "E"} { // whom A is first of
		if !bytes.Contains(entry(t, p.Packed, "facts.json"), []byte(`"key": "`+other+`"`)) {
			t.Errorf("%s is not in the facts", other)
		}
	}
	if p, err := h.Periods.Prove(t.Context(), monthtest.Seller(h.Person(t, "B")), period.ProofOf{Month: month, PersonID: h.Person(t, "B")}); err != nil || !proof.Verify(p.Packed).Sound() {
		t.Error("a core seller, whose plan compares nobody:", err)
	}
}

// olderDigest is the digest of a run as it was before there were proofs.
func olderDigest(t *testing.T, h *monthtest.House, run string) string {
	t.Helper()
	sum := sha256.New()
	if err := h.DB.Read(t.Context(), func(tx *store.Tx) error {
		if err := tx.EachStatement(t.Context(), run, func(s payout.StatementRow) error {
			fmt.Fprintf(sum, "%d\x00%s\x00%s\x00%s\x00%d\x00%d\x00%s\x00", s.PersonID, s.PlanID, s.VersionID, s.Level, s.TeamID, s.TotalMinor, s.Digest)
			return nil
		}); err != nil {
			return err
		}
		settled, err := tx.Settlements(t.Context(), run)
		for _, s := range settled {
			fmt.Fprintf(sum, "settlement\x00%d\x00%s\x00%d\x00%d\x00%s\x00%s\x00", s.PersonID, s.PlanID, s.EarnedMinor, s.PaidMinor, s.OpeningDigest, s.Digest)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// closeAsBefore closes a month with the older digest.
func closeAsBefore(t *testing.T, h *monthtest.House, m calendar.Month) {
	t.Helper()
	run := h.MustCalculate(t, m).CurrentRun
	h.MustApprove(t, m)
	if err := h.DB.InTx(t.Context(), func(tx *store.Tx) error {
		return one(t, "UPDATE run SET digest = $2, salt = '' WHERE id = $1", run, olderDigest(t, h, run))(tx)
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Periods.Close(t.Context(), monthtest.Closer, period.Change{Month: m}); err != nil {
		t.Fatal(err)
	}
}

func TestMonthsThatWereClosedBeforeThereWereProofsVerify(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		closeAsBefore(t, h, month-1)
		h.MustClose(t, month)
		if v, err := h.Periods.Verify(t.Context(), monthtest.Auditor); err != nil || v.Broken != nil || v.Seals != 2 {
			t.Errorf("%+v, %+v, %v", v, v.Broken, err)
		}
		_, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month - 1, PersonID: h.Person(t, "A")})
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.KindConflict || e.Message.Key != "period.proof_older" {
			t.Errorf("a proof of the older month: %v", err)
		}
		p, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month, PersonID: h.Person(t, "A")})
		if err != nil || !proof.Verify(p.Packed).Sound() {
			t.Errorf("a proof of the newer month: %v", err)
		}
		run := h.Get(t, month-1).CurrentRun
		if got := tampered(t, db, one(t, "UPDATE statement SET team_id = team_id + 1 WHERE run_id = '"+run+"' AND person_id = $1", h.Person(t, "A"))); got != "run:"+run {
			t.Errorf("a changed team in the older month: %q is named", got)
		}
	})
}

func TestMonthsWithSettlementsThatWereClosedBeforeVerify(t *testing.T) {
	t.Parallel()
	h := monthtest.OpenSettling(t, storetest.SQLite(t))
	closeAsBefore(t, h, month)
	if v, err := h.Periods.Verify(t.Context(), monthtest.Auditor); err != nil || v.Broken != nil || v.Seals != 1 {
		t.Errorf("%+v, %+v, %v", v, v.Broken, err)
	}
}

func TestAProofIsMadeByTheEngineOfTheRunAlone(t *testing.T) {
	t.Parallel()
	h := closed(t, storetest.SQLite(t))
	if err := h.DB.InTx(t.Context(), one(t, "UPDATE run SET engine_version = '0' WHERE id = $1", h.Get(t, month).CurrentRun)); err != nil {
		t.Fatal(err)
	}
	_, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month, PersonID: 3})
	wantKind(t, "another engine", err, errs.KindConflict)
}

// TestNobodysRowIsToldByTheHashesBesideIt: with everything that stands in a row, and without its salt, nobody can tell its hash.
func TestNobodysRowIsToldByTheHashesBesideIt(t *testing.T) {
	t.Parallel()
	h := closed(t, storetest.SQLite(t))
	hashes := map[string]bool{}
	var rows []proof.Row
	salts := map[string]bool{}
	for id := range keys(t, h) {
		p, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month, PersonID: id})
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var sealing proof.Sealing
		if err := json.Unmarshal(entry(t, p.Packed, "seal.json"), &sealing); err != nil {
			t.Fatal(err)
		}
		for _, step := range sealing.Way {
			hashes[step.Hash] = true
		}
		rows, salts[sealing.Row.Salt] = append(rows, sealing.Row), true
	}
	if len(rows) != 8 || len(salts) != 8 {
		t.Fatalf("%d rows, %d salts", len(rows), len(salts))
	}
	found := 0
	for _, row := range rows {
		if hashes[proof.Way{}.Root(row.Fields()...)] {
			found++
		}
		row.Salt = ""
		if hashes[proof.Way{}.Root(row.Fields()...)] {
			t.Errorf("the hash of %d is told without its salt", row.PersonID)
		}
	}
	if found != 8 {
		t.Errorf("%d of the hashes beside are those of rows", found)
	}
}

// entry unpacks one entry of a proof.
func entry(t *testing.T, packed []byte, name string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := r.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(opened)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestAProofHoldsNothingOfOthers(t *testing.T) {
	t.Parallel()
	h := closed(t, storetest.SQLite(t))
	people := keys(t, h)
	for id, key := range people {
		if key == "M1" || key == "M2" {
			continue // their plan rests on what their teams sell
		}
		names := monthtest.QueryTexts(t, h.DB, fmt.Sprintf("SELECT name FROM person WHERE superseded_in = 9223372036854775807 AND id <> %d", id))
		p, err := h.Periods.Prove(t.Context(), monthtest.Seller(id), period.ProofOf{Month: month, PersonID: id})
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			t.Fatal(key, err)
		}
		for _, name := range []string{"facts.json", "statement.json", "seal.json", "manifest.json"} {
			content := entry(t, p.Packed, name)
			for _, other := range names {
				if bytes.Contains(content, []byte(other)) {
					t.Errorf("%s of %s names %s", name, key, other)
				}
			}
		}
		mustHoldOwnSales(t, key, entry(t, p.Packed, "facts.json"))
	}
}

// mustHoldOwnSales wants of deals that the payee does not share nothing but since when their customer pays.
func mustHoldOwnSales(t *testing.T, key string, text []byte) {
	t.Helper()
	var facts struct {
		Persons []struct {
			Key         string
			Hired, Left string
		}
		Deals []struct {
			Key       string
			AmountFen int64 `json:"amount_fen"`
			Shares    []struct{ Person string }
		}
		Payments []struct {
			Deal      string
			AmountFen int64 `json:"amount_fen"`
		}
	}
	if err := json.Unmarshal(text, &facts); err != nil {
		t.Fatal(err)
	}
	others := map[string]bool{}
	for _, d := range facts.Deals {
		own := slices.ContainsFunc(d.Shares, func(s struct{ Person string }) bool { return s.Person == key })
		others[d.Key] = !own
		if !own && (d.AmountFen != 0 || len(d.Shares) > 0) {
			t.Errorf("%s learns of deal %+v", key, d)
		}
	}
	for _, p := range facts.Payments {
		if others[p.Deal] && p.AmountFen != 1 {
			t.Errorf("%s learns of a payment of %d for %s", key, p.AmountFen, p.Deal)
		}
	}
	for _, p := range facts.Persons {
		if p.Key != key && (p.Hired != "" || p.Left != "9999-12-31") {
			t.Errorf("%s learns when %s came and left", key, p.Key)
		}
	}
}
