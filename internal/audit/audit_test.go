package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

type author struct{}

func (author) AuditAuthor() (id, name, client string) { return "u1", "林\x00岚", "10.0.0.1" }

func TestRecordWritesCanonicalStates(t *testing.T) {
	t.Parallel()
	type state struct {
		Zeta  string `json:"zeta"`
		Alpha int64  `json:"alpha"`
	}
	entry, err := audit.Record(author{}, "user.update", "user:7", nil, state{Zeta: "<a&b>", Alpha: 9007199254740993})
	if err != nil {
		t.Fatal(err)
	}
	want := audit.Entry{
		ActorID: "u1", ActorName: "林\uFFFD岚", Client: "10.0.0.1", Action: "user.update", Subject: "user:7",
		After: []byte(`{"alpha":9007199254740993,"zeta":"<a&b>"}`),
	}
	if diff := cmp.Diff(want, entry); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
}

func TestRecordRefusesShapelessNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ action, subject string }{
		{"", "user:1"}, {"update", "user:1"}, {"User.update", "user:1"}, {"user.update", "user"}, {"user.update", "user:"}, {"user.update", ""},
	} {
		if _, err := audit.Record(author{}, c.action, c.subject, nil, nil); err == nil {
			t.Errorf("Record(%q, %q) was accepted", c.action, c.subject)
		}
	}
}

func TestCanonicalIsOneTextPerState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		state := rapid.MapOf(rapid.String(), rapid.Int64()).Draw(t, "state")
		first, err := audit.Canonical(state)
		if err != nil {
			t.Fatal(err)
		}
		again, err := audit.Canonical(first)
		if err != nil {
			t.Fatal(err)
		}
		if string(first) != string(again) {
			t.Fatalf("canonical of canonical differs: %s and %s", first, again)
		}
	})
}

// TestCanonicalIsWhatReadingBackWouldGive compares with the long way: encode, read back with numbers as they are written, encode with sorted keys.
func TestCanonicalIsWhatReadingBackWouldGive(t *testing.T) {
	type odd struct{ B, A, C any }
	text := rapid.OneOf(rapid.StringMatching(`[a-c]{0,2}`), rapid.String())
	plain := rapid.OneOf(text.AsAny(), rapid.Int64().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil))
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		if depth == 0 {
			return plain
		}
		inner := rapid.Deferred(func() *rapid.Generator[any] { return value(depth - 1) })
		return rapid.OneOf(plain, rapid.MapOfN(text, inner, 0, 4).AsAny(), rapid.SliceOfN(inner, 0, 3).AsAny(),
			rapid.Custom(func(t *rapid.T) any { return odd{inner.Draw(t, "b"), inner.Draw(t, "a"), inner.Draw(t, "c")} }))
	}
	rapid.Check(t, func(t *rapid.T) {
		v := value(3).Draw(t, "value")
		got, err := audit.Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		d := json.NewDecoder(bytes.NewReader(encoded))
		d.UseNumber()
		if err := d.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		if err := e.Encode(tree); err != nil {
			t.Fatal(err)
		}
		if long := strings.TrimSuffix(want.String(), "\n"); string(got) != long && tree != nil || tree == nil && len(got) != 0 {
			t.Fatalf("%q, want %q", got, long)
		}
	})
}

func TestCanonicalOfNothingIsEmpty(t *testing.T) {
	t.Parallel()
	var none *struct{}
	for _, v := range []any{nil, none} {
		if got, err := audit.Canonical(v); err != nil || len(got) != 0 {
			t.Errorf("Canonical(%#v) = %q, %v", v, got, err)
		}
	}
	if _, err := audit.Canonical(func() {}); err == nil {
		t.Error("a function was encoded")
	}
}

// chain is a store in memory, for what can't happen in a database with a primary key.
type chain struct {
	entries []audit.Entry
	next    int64
}

func (c chain) ScanAudit(_ context.Context, fn func(audit.Entry) error) (int64, error) {
	for _, e := range c.entries {
		if err := fn(e); err != nil {
			return c.next, err
		}
	}
	return c.next, nil
}

func (c chain) ListAudit(context.Context, audit.Query) ([]audit.Entry, error) { return c.entries, nil }

func sound(n int) chain {
	c := chain{next: int64(n) + 1}
	previous := ""
	for i := range n {
		e := audit.Entry{
			Seq: int64(i + 1), At: time.Date(2026, 9, 24, 2, 0, i, 0, time.UTC), ActorID: "u1", ActorName: "n", Client: "c",
			Action: "deal.update", Subject: "deal:1", Before: []byte(`{"a":1}`), After: []byte(`{"a":2}`), PrevHash: previous,
		}
		e.Hash = e.ComputeHash()
		previous = e.Hash
		c.entries = append(c.entries, e)
	}
	return c
}

func TestVerifyFindsAnyChangeOfOneField(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := sound(5)
		at := rapid.IntRange(0, 4).Draw(t, "entry")
		e := &c.entries[at]
		old := e.Hash
		switch rapid.IntRange(0, 9).Draw(t, "field") {
		case 0:
			e.At = e.At.Add(time.Microsecond)
		case 1:
			e.ActorID += "x"
		case 2:
			e.ActorName = ""
		case 3:
			e.Client = "C"
		case 4:
			e.Action = "deal.delete"
		case 5:
			e.Subject = "deal:2"
		case 6:
			e.Before = nil
		case 7:
			e.After = []byte(`{"a":3}`)
		case 8:
			e.PrevHash = strings.Repeat("0", 64)
		case 9:
			e.Hash = strings.Repeat("0", 64)
		}
		recomputed := rapid.Bool().Draw(t, "hash recomputed")
		if recomputed {
			e.Hash = e.ComputeHash()
		}
		report, err := audit.NewService(c).Verify(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		// A recomputed hash makes the entry sound in itself, and then the next one no longer continues it. That of the last entry is
		// caught by nothing inside, only by its hash noted elsewhere.
		switch {
		case recomputed && e.Hash == old:
			if !report.Sound() {
				t.Fatalf("nothing changed, but %+v", report)
			}
		case recomputed && at == 4 && e.PrevHash == c.entries[3].Hash:
			if !report.Sound() || report.LastHash == old {
				t.Fatalf("report %+v", report)
			}
		default:
			if report.Sound() || report.FirstBroken < int64(at+1) || report.FirstBroken > int64(at+2) {
				t.Fatalf("entry %d was changed; report %+v", at+1, report)
			}
		}
	})
}

func TestVerifyNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		tamper func(*chain)
		seq    int64
		reason string
	}{
		{"nothing", func(*chain) {}, 0, ""},
		{"an empty log that should have entries", func(c *chain) { c.entries = nil }, 1, audit.ReasonMissing},
		{"first removed", func(c *chain) { c.entries = c.entries[1:] }, 1, audit.ReasonMissing},
		{"middle removed", func(c *chain) { c.entries = append(c.entries[:2:2], c.entries[3:]...) }, 3, audit.ReasonMissing},
		{"last removed", func(c *chain) { c.entries = c.entries[:4] }, 5, audit.ReasonMissing},
		{"counter set back", func(c *chain) { c.next = 5 }, 5, audit.ReasonInserted},
		{"number below one", func(c *chain) {
			e := c.entries[0]
			e.Seq = 0
			c.entries = append([]audit.Entry{e}, c.entries...)
		}, 0, audit.ReasonInserted},
		{"number twice", func(c *chain) { c.entries = append(c.entries[:2:2], c.entries[1:]...) }, 2, audit.ReasonInserted},
		{"byte changed", func(c *chain) { c.entries[2].After = []byte(`{"a":9}`) }, 3, audit.ReasonChanged},
		{"entry replaced by a sound one", func(c *chain) {
			c.entries[2].After = []byte(`{"a":9}`)
			c.entries[2].Hash = c.entries[2].ComputeHash()
		}, 4, audit.ReasonUnlinked},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			broken := sound(5)
			c.tamper(&broken)
			report, err := audit.NewService(broken).Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if report.FirstBroken != c.seq || report.Reason.Key != c.reason || report.Sound() != (c.reason == "") {
				t.Errorf("report %+v, want %d %s", report, c.seq, c.reason)
			}
		})
	}
}

type reader struct {
	err error
	pay bool
}

func (r reader) MayReadAudit() error { return r.err }
func (r reader) SeesAllPay() bool    { return r.pay }

// TestAmountsAreMaskedForWhoSeesNoPay: what a system administrator reads of pay is that it changed. The entry itself stays as it is.
func TestAmountsAreMaskedForWhoSeesNoPay(t *testing.T) {
	t.Parallel()
	kept := func() chain {
		return chain{entries: []audit.Entry{
			{Seq: 3, Subject: "deal:D1", After: []byte(`{"AmountMinor":500,"note":"seen"}`), Hash: "h3"},
			{Seq: 2, Subject: "budget:2026", After: []byte(`{"lines":[{"amount_minor":700,"key":"regular"}],"note":"","number":2}`)},
			{Seq: 1, Subject: "adjustment:1", Before: []byte(`{"amount_minor":200000,"reason":"补 2000 元","state":"proposed"}`), After: []byte(`{"amount_minor":-1,"evidence":"x","person":7}`)},
		}}
	}
	page, err := audit.NewService(kept()).List(t.Context(), reader{}, audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var states []string
	for _, e := range page.Entries {
		states = append(states, string(e.Before), string(e.After))
	}
	want := []string{"", `{"AmountMinor":"***","note":"seen"}`, "", `{"lines":[{"amount_minor":"***","key":"regular"}],"note":"","number":2}`,
		`{"amount_minor":"***","reason":"***","state":"proposed"}`, `{"amount_minor":"***","evidence":"***","person":7}`}
	if diff := cmp.Diff(want, states); diff != "" || page.Entries[0].Hash != "h3" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if page, err := audit.NewService(kept()).List(t.Context(), reader{pay: true}, audit.Filter{}); err != nil || !strings.Contains(string(page.Entries[2].Before), "200000") {
		t.Errorf("who sees all pay: %+v, %v", page, err)
	}
}

func TestListAsksForThePermissionAndChecksTheFilter(t *testing.T) {
	t.Parallel()
	service := audit.NewService(sound(2))
	forbidden := errs.New(errs.KindForbidden, "access.forbidden", nil)
	if page, err := service.List(t.Context(), reader{err: forbidden}, audit.Filter{}); !errs.Is(err, errs.KindForbidden) || len(page.Entries) > 0 {
		t.Errorf("a reader without permission got %v, %v", page, err)
	}
	now := time.Now()
	for name, filter := range map[string]audit.Filter{
		"limit": {Limit: 201}, "negative limit": {Limit: -1}, "cursor": {Cursor: "x"}, "span": {From: now, To: now}, "nul": {Subject: "a\x00"},
	} {
		if _, err := service.List(t.Context(), reader{}, filter); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
