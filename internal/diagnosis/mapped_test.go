package diagnosis_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
)

var today = calendar.NewDate(2026, time.September, 30)

func file(name, text string) ingest.File {
	return ingest.File{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// customers writes a sheet of customers, of which the first so many say next to nothing and the last two are one company.
func customers(count, empty int) string {
	var b bytes.Buffer
	b.WriteString("key,name,industry,city,need,budget,decision_maker,address\n")
	for i := range count {
		if i < empty {
			fmt.Fprintf(&b, "C%d,Company %d,,,,,,\n", i, i)
			continue
		}
		fmt.Fprintf(&b, "C%d,Company %d,metal,Suzhou,presses,100.00,Li,Road 1\n", i, min(i, count-2))
	}
	return b.String()
}

func found(report finding.Report, kind finding.Kind) (finding.Finding, bool) {
	at := slices.IndexFunc(report.Findings, func(f finding.Finding) bool { return f.Kind == kind })
	if at < 0 {
		return finding.Finding{}, false
	}
	return report.Findings[at], true
}

func TestOfCustomersAloneTheWholeCompanyIsJudged(t *testing.T) {
	t.Parallel()
	source, err := diagnosis.Read(t.Context(), []ingest.File{file("customers.csv", customers(40, 24))}, today)
	if err != nil {
		t.Fatal(err)
	}
	report := finding.Run(source.Company)
	f, ok := found(report, "ledger_incomplete")
	if !ok || f.Place.Level != finding.LevelCompany || f.Cases != 40 || f.Hits != 24 || !f.Certain || report.AsOf != today {
		t.Errorf("%+v as of %s", f, report.AsOf)
	}
	if _, ok := found(report, "duplicates"); ok { // one pair of forty
		t.Error("two of forty are told as a problem")
	}
	said := slices.IndexFunc(report.Missing, func(m finding.Missing) bool { return m.Kind == "ledger_incomplete" })
	if said < 0 || !slices.Equal(report.Missing[said].Parts, []finding.Part{finding.CustomerRecords, finding.Persons}) {
		t.Errorf("nobody is told what places could be told by: %+v", report.Missing)
	}
	// And a sheet of names alone says nothing of how the ledger is kept
	source, err = diagnosis.Read(t.Context(), []ingest.File{file("customers.csv", "key,name\n"+rows(30, "C%d,n%d\n"))}, today)
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := found(finding.Run(source.Company), "ledger_incomplete"); ok {
		t.Errorf("%+v", f)
	}
}

func rows(count int, format string) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, format, i, i)
	}
	return b.String()
}

const mapping = `xiaoguan: mapping/1
name: receivables
currency: CNY
tables:
  - kind: persons
    file: sales.csv
    columns: {key: who, name: who, level: {constant: regular}, hired_on: {constant: "2020-01-01"}}
  - kind: customers
    file: buyers.csv
    columns: {key: buyer, name: title, industry: branch, city: town}
  - kind: deals
    file: orders.csv
    columns: {key: number, customer: buyer, signed_on: day, amount: worth, seller_1: who}
`

func TestFilesWithNamesOfTheirOwnAreReadByAMapping(t *testing.T) {
	t.Parallel()
	m, err := ingest.DecodeMapping([]byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	files := []ingest.File{
		file("sales.csv", "who\nLi\nWang\n"), file("buyers.csv", "buyer,title,branch,town\nB1,One,metal,Suzhou\nB2,Two,metal,\n"),
		file("orders.csv", "number,buyer,day,worth,who\n1,B1,2026-05-02,1200.50,Li\n2,B2,2026-05-03,-7.05,Wang\n3,B9,2026-05-04,1.00,Li\n4,B1,2026-05-05,x,Li\n"), file("other.csv", "a\n1\n"),
	}
	source, err := diagnosis.ReadMapped(t.Context(), files, m, today)
	if err != nil {
		t.Fatal(err)
	}
	c := source.Company
	if len(c.People) != 2 || len(c.Customers) != 2 || c.LedgerFields != 2 || c.Customers[0].Filled != 2 || c.Customers[1].Filled != 1 {
		t.Errorf("%+v, %+v", c.People, c.Customers)
	}
	if len(c.Deals) != 2 || c.Deals[0].AmountMinor != 120_050 || c.Deals[1].AmountMinor != -705 || c.People[c.Deals[1].Seller].Key != "Wang" || c.AsOf != calendar.NewDate(2026, time.May, 3) {
		t.Errorf("%+v as of %s", c.Deals, c.AsOf)
	}
	var lines []string
	for _, u := range source.Unread {
		lines = append(lines, fmt.Sprintf("%s %s %d %d %s", u.Part, u.Field, u.Rows, u.First, u.Value))
	}
	if want := []string{"orders.csv buyer 1 4 B9", "orders.csv worth 1 5 x"}; !slices.Equal(lines, want) {
		t.Errorf("%q, want %q", lines, want)
	}
	if !slices.Equal(source.Skipped, []string{"other.csv"}) {
		t.Errorf("%q", source.Skipped)
	}
	// And a mapping of other files is refused
	if _, err := diagnosis.ReadMapped(t.Context(), files[3:], m, today); !errs.Is(err, errs.KindInvalid) {
		t.Error(err)
	}
}
