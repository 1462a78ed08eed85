package intake_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/tabular"
)

// sheet is a table of customers, of which some rows cannot be taken: without a key, with one that the sheet has already, and with a key that is too long.
type sheet struct {
	rows, badEvery int // one of so many rows is bad
}

func (s sheet) bad() int { return s.rows / s.badEvery }

var sheetHeader = []string{"客户编号", "客户名称", "行业", "城市"}

// row is row n, from 1 on.
func (s sheet) row(n int) []string {
	key := "K" + strconv.Itoa(1_000_000+n)
	if n%s.badEvery == 0 {
		key = []string{"", "K1000001", strings.Repeat("长", 60)}[n/s.badEvery%3]
	}
	return []string{key, "客户" + strconv.Itoa(n) + "机电有限公司", "机械", "苏州"}
}

func (s sheet) csv(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(sheetHeader)
	for n := 1; n <= s.rows; n++ {
		_ = w.Write(s.row(n))
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func (s sheet) xlsx(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	book, err := tabular.NewXLSX(&out, "客户")
	if err == nil {
		err = book.Header(sheetHeader)
	}
	for n := 1; n <= s.rows && err == nil; n++ {
		cells := make([]tabular.Cell, len(sheetHeader))
		for i, text := range s.row(n) {
			cells[i] = tabular.Text(text)
		}
		err = book.Write(cells...)
	}
	if err == nil {
		err = book.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// wide is a bundle that takes larger files than the others.
func wide(t *testing.T, db *store.DB) *bundle {
	t.Helper()
	files := &memory{files: map[string]map[string][]byte{}, written: map[string]time.Time{}}
	b := &bundle{t: t, house: monthtest.NewHouse(db, time.Now), files: files, Service: intake.NewService(db.Imports(), files, monthtest.NewID(time.Now), tabular.Limits{})}
	b.house.MustRecord(t, monthtest.Small().Write)
	b.facts = len(b.batches())
	return b
}

// takesSheet imports a sheet: first as a whole, which is refused and leaves nothing, then its good rows; then the rejected ones are downloaded.
func takesSheet(t *testing.T, db *store.DB, s sheet, name, file string) {
	t.Helper()
	b := wide(t, db)
	lap := laps(t, fmt.Sprintf("%s, %d rows, %d of them bad, %d KiB", name, s.rows, s.bad(), len(file)>>10))
	i, err := b.receive(map[string]string{name: file})
	b.must(err)
	lap("received")
	customers := func() (count int64) {
		texts := monthtest.QueryTexts(t, db, "SELECT CAST(COUNT(*) AS TEXT) FROM customer WHERE key LIKE 'K1%'")
		count, err := strconv.ParseInt(texts[0], 10, 64)
		b.must(err)
		return count
	}
	i, err = b.Apply(t.Context(), operator, i.ID, false)
	b.must(err)
	b.must(b.carryOut(b.start(i)))
	i = b.want(i.ID, intake.StateRejected, "")
	if got := customers(); got != 0 || i.Result.Report.ProblemCount != int64(s.bad()) {
		t.Errorf("of a rejected sheet there are %d customers, and %d problems of %d", got, i.Result.Report.ProblemCount, s.bad())
	}
	lap("rejected as a whole")
	i, err = b.Apply(t.Context(), operator, i.ID, true)
	b.must(err)
	b.must(b.carryOut(b.start(i)))
	i = b.want(i.ID, intake.StateApplied, "")
	good := int64(s.rows - s.bad())
	if added := i.Result.Counts[fact.KindCustomer].Added; added != good || customers() != good {
		t.Errorf("added %d, kept %d, want the %d good rows", added, customers(), good)
	}
	lap("good rows taken")
	for _, f := range i.Result.Report.Problems[:min(100, len(i.Result.Report.Problems))] {
		if f.Source == "" || f.Row < 2 || f.Path != "客户编号" || f.Message.Key == "" || f.Remedy.Key == "" {
			t.Fatalf("a problem says too little: %+v", f)
		}
	}
	s.downloaded(t, b, i.ID)
	lap("rejected rows downloaded")
}

// downloaded reads the file of rejected rows and wants each bad row in it once, with what is wrong.
func (s sheet) downloaded(t *testing.T, b *bundle, id string) {
	t.Helper()
	var out bytes.Buffer
	b.must(b.WriteRejected(t.Context(), operator, id, printers(t)[0], &out))
	w, err := ingest.Open(t.Context(), []ingest.File{{Name: "rejected.xlsx", Size: int64(out.Len()), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out.Bytes())), nil }}}, tabular.Limits{}.OrDefault())
	b.must(err)
	defer func() { b.must(w.Close()) }()
	m := ingest.Propose(w).Mapping
	again, err := ingest.Read(t.Context(), w, &m, ingest.Options{}, discard{})
	b.must(err)
	if rows := again.Tables[0].Rows; rows != int64(s.bad()) {
		t.Errorf("%d rows are downloaded, %d are bad", rows, s.bad())
	}
}

// laps tells how long steps take and what they need; it judges nothing, since machines differ.
func laps(t *testing.T, what string) func(step string) {
	t.Helper()
	from := time.Now()
	return func(step string) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%s: %s in %v, heap %d MiB, of the system %d MiB", what, step, time.Since(from).Round(time.Millisecond), m.HeapAlloc>>20, m.Sys>>20)
		from = time.Now()
	}
}

func TestALargeSheetWithBadRowsIsTakenByItsGoodOnes(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s := sheet{rows: 20_000, badEvery: 20}
		takesSheet(t, db, s, "客户.xlsx", s.xlsx(t))
	})
}

// TestMoreBadRowsThanAreListedAreDownloaded has more problems than a report keeps.
func TestMoreBadRowsThanAreListedAreDownloaded(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s := sheet{rows: 24_000, badEvery: 2}
		if s.bad() <= ingest.DefaultMaxProblems {
			t.Fatal("the report lists them all")
		}
		takesSheet(t, db, s, "客户.csv", s.csv(t))
	})
}

type discard struct{}

func (discard) Put(context.Context, ingest.Batch) error { return nil }
