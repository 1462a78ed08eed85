package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/intake"
)

// bomb is a workbook that unpacks to 3 MiB of nothing.
func bomb(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	entry, err := archive.Create("xl/worksheets/sheet1.xml")
	if err == nil {
		_, err = entry.Write(make([]byte, 3<<20))
	}
	if err = errors.Join(err, archive.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestBadFilesSayWhatIsWrongAndLeaveNothing hands in what people hand in by mistake, and what attackers do. Whatever it is, the answer
// names file, row, field and remedy in both languages, and nothing of it is in the facts.
func TestBadFilesSayWhatIsWrongAndLeaveNothing(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("key,deal,paid_on,amount\nX1,D1,2026-09-20,10\n")
	if err != nil {
		t.Fatal(err)
	}
	big5, err := traditionalchinese.Big5.NewEncoder().String("回款編號,合同編號,回款日期,回款金額\n一,二,三,四\n這是繁體中文的檔案,不是簡體,請另存,謝謝\n")
	if err != nil {
		t.Fatal(err)
	}
	const payments, deals = "key,deal,paid_on,amount\n", "key,customer,product,signed_on,amount,seller_1,share_1,seller_2,share_2\n"
	cases := []struct {
		name, file, text string
		want             string // source:row:path message
	}{
		{"a quotation mark that never ends", "payments.csv", payments + "X1,D1,2026-09-20,10\nX2,\"D1,2026-09-20,10\n", "payments.csv:3:tabular.quote_not_closed"},
		{"text after a quotation mark", "payments.csv", payments + "X1,\"D1\"x,2026-09-20,10\n", "payments.csv:2:tabular.text_after_quote"},
		{"zero bytes", "payments.csv", payments + "X1,D1,2026-09-20,\x00\n", "payments.csv:2:tabular.zero_byte"},
		{"UTF-16", "payments.csv", utf16, "payments.csv:0:tabular.encoding"},
		{"Big5", "payments.csv", big5, "payments.csv:0:tabular.encoding"},
		{"a file above the limit", "payments.csv", payments + strings.Repeat("X1,D1,2026-09-20,10\n", 5<<20/20), "payments.csv:0:tabular.file_too_large"},
		{"a workbook that unpacks to too much", "book.xlsx", bomb(t), "book.xlsx:0:tabular.unzips_too_large"},
		{"a workbook that is none", "book.xlsx", "hello", "book.xlsx:0:tabular.not_xlsx"},
		{"an older workbook", "book.xls", "hello", "book.xls:0:ingest.old_workbook"},
		{"nothing but a header", "payments.csv", payments, "payments.csv:0:ingest.no_rows"},
		{"a header and empty lines", "payments.csv", payments + "\n,,,\n", "payments.csv:0:ingest.no_rows"},
		{"a key twice", "payments.csv", payments + "X1,D1,2026-09-20,10\nX1,D1,2026-09-21,10\n", "payments.csv:3:key ingest.key_twice"},
		{"a deal that nobody knows", "payments.csv", payments + "X1,D1,2026-09-20,10\nX2,D99,2026-09-20,10\n", "payments.csv:3:deal ingest.unknown_deal"},
		{"a date that there is not", "payments.csv", payments + "X1,D1,2026-02-30,10\n", "payments.csv:2:paid_on ingest.bad_date"},
		{"a date out of range", "payments.csv", payments + "X1,D1,1889-01-01,10\n", "payments.csv:2:paid_on ingest.date_out_of_range"},
		{"more decimals than there are", "payments.csv", payments + "X1,D1,2026-09-20,10.005\n", "payments.csv:2:amount ingest.bad_money"},
		{"an amount beyond all sense", "payments.csv", payments + "X1,D1,2026-09-20,99999999999999999999\n", "payments.csv:2:amount ingest.bad_money"},
		{"shares that do not add up", "deals.csv", deals + "Y1,C1,PA,2026-09-01,100,A,60%,B,30%\n", "deals.csv:2:share_1 ingest.shares"},
		{"a seller twice", "deals.csv", deals + "Y1,C1,PA,2026-09-01,100,A,60%,A,40%\n", "deals.csv:2:seller_2 ingest.seller"},
		{"a team that leads nowhere", "teams.csv", "key,region\nT9,nowhere\n", "teams.csv:2:region ingest.unknown_region"},
	}
	run(t, func(t *testing.T, b *bundle) {
		for _, c := range cases { // one after the other: what one leaves behind, the next finds
			t.Run(c.name, func(t *testing.T) {
				one := *b
				one.t = t
				one.refuses(map[string]string{c.file: c.text}, c.want)
			})
		}
	})
}

// refuses hands files in, applies them, and wants a first problem like want and no facts.
func (b *bundle) refuses(files map[string]string, want string) {
	b.t.Helper()
	kept := len(b.files.files)
	i, err := b.receive(files)
	var problems []errs.Field
	if err != nil {
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Kind == errs.KindInternal {
			b.t.Fatalf("a fault of ours: %v", err)
		}
		if problems = e.Fields; len(problems) == 0 {
			problems = []errs.Field{{Message: e.Message, Remedy: errs.Msg(e.Message.Key+".remedy", e.Message.Args)}}
		}
		if got := len(b.files.files); got != kept {
			b.t.Errorf("files of %d imports stay, before there were %d", got, kept)
		}
	} else {
		i, err = b.Apply(b.t.Context(), operator, i.ID, false)
		b.must(err)
		_ = b.carryOut(b.start(i)) // the import says how it ended
		if i, err = b.Get(b.t.Context(), operator, i.ID); err != nil || i.State != intake.StateRejected && i.State != intake.StateFailed || i.Result.Report == nil || i.Batch != 0 {
			b.t.Fatalf("the import is %+v, %v", i, err)
		}
		problems = i.Result.Report.Problems
	}
	b.says(problems, want)
	if got := b.batches(); len(got) != b.facts {
		b.t.Errorf("there are facts of it: %v", got)
	}
}

// says looks for a problem and for its texts.
func (b *bundle) says(problems []errs.Field, want string) {
	b.t.Helper()
	var got []string
	for _, f := range problems {
		got = append(got, place(f))
		for _, p := range printers(b.t) {
			for _, text := range []string{p.Message(f.Message), p.Message(f.Remedy)} {
				if text == "" || strings.Contains(text, "⟦") {
					b.t.Errorf("%s has no text in %s: %q", f.Message.Key, p.Lang(), text)
				}
			}
		}
	}
	for _, text := range got {
		if strings.HasPrefix(text, want) {
			return
		}
	}
	b.t.Errorf("it says %q, want %q", got, want)
}

func place(f errs.Field) string {
	return f.Source + ":" + strconv.Itoa(f.Row) + ":" + strings.TrimSpace(f.Path+" "+f.Message.Key)
}
