package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var auditor = access.Actor{UserID: "u9", Name: "审计", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}

func appendEntries(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for i := range n {
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			actor := access.Actor{UserID: fmt.Sprintf("u%d", i%2), Name: "林岚", Client: "10.0.0.1"}
			return audit.Append(t.Context(), tx, actor, []string{"deal.update", "dealer.create", "period.close"}[i%3],
				fmt.Sprintf("deal:%d", i), map[string]int{"amount_fen": i}, map[string]int{"amount_fen": i + 1})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t *testing.T, db *store.DB) audit.Report {
	t.Helper()
	report, err := audit.NewService(db.Audit()).Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestAuditChainIsSoundAsWritten(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		if report := verify(t, db); !report.Sound() || report.Entries != 0 {
			t.Errorf("empty log: %+v", report)
		}
		appendEntries(t, db, 7)
		report := verify(t, db)
		if !report.Sound() || report.Entries != 7 || report.LastSeq != 7 || len(report.LastHash) != 64 {
			t.Errorf("report %+v", report)
		}
	})
}

func TestAuditEntryGoesWithItsTransaction(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		appendEntries(t, db, 1)
		regret := errors.New("regret")
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			if err := audit.Append(t.Context(), tx, auditor, "deal.update", "deal:1", nil, 1); err != nil {
				return err
			}
			return regret
		})
		if !errors.Is(err, regret) {
			t.Fatalf("got %v", err)
		}
		appendEntries(t, db, 1)
		if report := verify(t, db); !report.Sound() || report.Entries != 2 {
			t.Errorf("a rolled back entry left a trace: %+v", report)
		}
	})
}

func TestAuditChainNamesTheFirstBrokenEntry(t *testing.T) {
	t.Parallel()
	const copyOf3 = `INSERT INTO audit_entry SELECT %s, at, actor_id, actor_name, client, action, subject, before_state, after_state,
		prev_hash, hash FROM audit_entry WHERE seq = 3`
	cases := []struct {
		name       string
		statements []string
		seq        int64
		reason     string
	}{
		{"state after", []string{`UPDATE audit_entry SET after_state = '{"amount_fen":999}' WHERE seq = 4`}, 4, audit.ReasonChanged},
		{"state before", []string{`UPDATE audit_entry SET before_state = '' WHERE seq = 4`}, 4, audit.ReasonChanged},
		{"actor", []string{`UPDATE audit_entry SET actor_id = 'u7' WHERE seq = 1`}, 1, audit.ReasonChanged},
		{"name", []string{`UPDATE audit_entry SET actor_name = '林 岚' WHERE seq = 1`}, 1, audit.ReasonChanged},
		{"address", []string{`UPDATE audit_entry SET client = '10.0.0.2' WHERE seq = 6`}, 6, audit.ReasonChanged},
		{"action", []string{`UPDATE audit_entry SET action = 'deal.delete' WHERE seq = 2`}, 2, audit.ReasonChanged},
		{"subject", []string{`UPDATE audit_entry SET subject = 'deal:77' WHERE seq = 2`}, 2, audit.ReasonChanged},
		{"time", []string{`UPDATE audit_entry SET at = '2026-09-24T02:00:00.000000Z' WHERE seq = 2`}, 2, audit.ReasonChanged},
		{"time spelled otherwise", []string{`UPDATE audit_entry SET at = REPLACE(at, 'Z', '0Z') WHERE seq = 2`}, 2, audit.ReasonChanged},
		{"time with a comma", []string{`UPDATE audit_entry SET at = REPLACE(at, '.', ',') WHERE seq = 2`}, 2, audit.ReasonChanged},
		{"time that is none", []string{`UPDATE audit_entry SET at = 'yesterday' WHERE seq = 2`}, 2, audit.ReasonChanged},
		{"hash", []string{`UPDATE audit_entry SET hash = prev_hash WHERE seq = 5`}, 5, audit.ReasonChanged},
		{"link", []string{`UPDATE audit_entry SET prev_hash = hash WHERE seq = 5`}, 5, audit.ReasonChanged},
		{"first removed", []string{`DELETE FROM audit_entry WHERE seq = 1`}, 1, audit.ReasonMissing},
		{"middle removed", []string{`DELETE FROM audit_entry WHERE seq = 3`}, 3, audit.ReasonMissing},
		{"last removed", []string{`DELETE FROM audit_entry WHERE seq = 6`}, 6, audit.ReasonMissing},
		{"all removed", []string{`DELETE FROM audit_entry`}, 1, audit.ReasonMissing},
		{"removed and closed up", []string{
			`DELETE FROM audit_entry WHERE seq = 3`, `UPDATE audit_entry SET seq = 3 WHERE seq = 4`, `UPDATE audit_entry SET seq = 4 WHERE seq = 5`,
			`UPDATE audit_entry SET seq = 5 WHERE seq = 6`, `UPDATE sequence SET next = 6 WHERE name = 'audit'`}, 3, audit.ReasonChanged},
		{"inserted at the end", []string{fmt.Sprintf(copyOf3, "7")}, 7, audit.ReasonChanged},
		{"inserted before the start", []string{fmt.Sprintf(copyOf3, "-1")}, -1, audit.ReasonInserted},
		{"counter set back", []string{`UPDATE sequence SET next = 6 WHERE name = 'audit'`}, 6, audit.ReasonInserted},
		{"counter set forward", []string{`UPDATE sequence SET next = 8 WHERE name = 'audit'`}, 7, audit.ReasonMissing},
	}
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		appendEntries(t, db, 6)
		for _, c := range cases {
			undone := errors.New("undo the tampering")
			err := db.InTx(t.Context(), func(tx *store.Tx) error {
				for _, statement := range c.statements {
					if err := rawExec(t.Context(), tx, statement); err != nil {
						return fmt.Errorf("%s: %w", statement, err)
					}
				}
				report, err := audit.NewService(tx.Audit()).Verify(t.Context())
				if err != nil {
					return err
				}
				if report.FirstBroken != c.seq || report.Reason.Key != c.reason {
					t.Errorf("%s: report %+v, want %d %s", c.name, report, c.seq, c.reason)
				}
				return undone
			})
			if !errors.Is(err, undone) {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		if report := verify(t, db); !report.Sound() {
			t.Errorf("after undoing everything: %+v", report)
		}
	})
}

func TestAuditWritersAtOnceKeepOneChain(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		var wait sync.WaitGroup
		var mu sync.Mutex
		written := 0
		for range 3 {
			wait.Go(func() {
				for range 4 {
					err := db.InTx(t.Context(), func(tx *store.Tx) error {
						return audit.Append(t.Context(), tx, auditor, "deal.update", "deal:1", nil, nil)
					})
					switch {
					case err == nil:
						mu.Lock()
						written++
						mu.Unlock()
					case !errs.Is(err, errs.KindUnavailable): // a writer that lost too many races is told so
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		if report := verify(t, db); !report.Sound() || report.Entries != int64(written) || written == 0 {
			t.Errorf("%d written, report %+v", written, report)
		}
	})
}

func TestAuditListFiltersAndPages(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		appendEntries(t, db, 9)
		service := audit.NewService(db.Audit())
		list := func(f audit.Filter) (seqs []int64, next string) {
			t.Helper()
			page, err := service.List(t.Context(), auditor, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Entries {
				seqs = append(seqs, e.Seq)
			}
			return seqs, page.Next
		}
		all, _ := list(audit.Filter{})
		fifth, err := service.List(t.Context(), auditor, audit.Filter{Subject: "deal:4"})
		if err != nil || len(fifth.Entries) != 1 {
			t.Fatalf("got %v, %v", fifth, err)
		}
		at := fifth.Entries[0].At
		for _, c := range []struct {
			name   string
			filter audit.Filter
			want   []int64
		}{
			{"newest first", audit.Filter{}, []int64{9, 8, 7, 6, 5, 4, 3, 2, 1}},
			{"subject", audit.Filter{Subject: "deal:4"}, []int64{5}},
			{"kind of subject", audit.Filter{Subject: "deal:"}, all},
			{"kind that only begins alike", audit.Filter{Subject: "dea:"}, nil},
			{"actor", audit.Filter{ActorID: "u1"}, []int64{8, 6, 4, 2}},
			{"action", audit.Filter{ActionPrefix: "period.close"}, []int64{9, 6, 3}},
			{"domain but not its namesake", audit.Filter{ActionPrefix: "deal."}, []int64{7, 4, 1}},
			{"from", audit.Filter{From: at}, []int64{9, 8, 7, 6, 5}},
			{"until, exclusive", audit.Filter{To: at}, []int64{4, 3, 2, 1}},
			{"span and actor", audit.Filter{From: at, To: at.Add(time.Hour), ActorID: "u0"}, []int64{9, 7, 5}},
		} {
			if got, _ := list(c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			}
		}
		var paged []int64
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			var seqs []int64
			seqs, cursor = list(audit.Filter{Limit: 4, Cursor: cursor})
			paged = append(paged, seqs...)
		}
		if diff := cmp.Diff(all, paged); diff != "" {
			t.Errorf("paging (-whole +pages):\n%s", diff)
		}
		entry := fifth.Entries[0]
		if entry.ActorName != "林岚" || string(entry.Before) != `{"amount_fen":4}` || entry.Hash != entry.ComputeHash() {
			t.Errorf("entry %+v", entry)
		}
	})
}
