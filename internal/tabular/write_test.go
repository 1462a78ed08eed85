package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"=SUM(A1)": "'=SUM(A1)", "+8613800000000": "'+8613800000000", "-cmd|' /C calc'!A0": "'-cmd|' /C calc'!A0", "@import": "'@import",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "＝1": "'＝1", "-5": "-5", "-1234.50": "-1234.50", "-1+1": "'-1+1", "--5": "'--5",
		"-": "'-", "": "", "王芳": "王芳", "'=1": "''=1", "'quoted'": "'quoted'", "a=b": "a=b", "-.5": "'-.5",
	} {
		if got := Guard(text); got != want {
			t.Errorf("Guard(%q) is %q, want %q", text, got, want)
		}
		if got := Unguard(Guard(text)); got != text {
			t.Errorf("Unguard(Guard(%q)) is %q", text, got)
		}
	}
}

func TestNothingWrittenBeginsAFormula(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("=+-@'\t\r\n1.a，＝")), 0, 6, -1).Draw(rt, "text")
		got := Guard(text)
		if startsFormula(got) && !plainNumber(got) {
			rt.Fatalf("%q is written as %q", text, got)
		}
		for _, written := range []string{got, typed(text)} {
			if Unguard(written) != text {
				rt.Fatalf("%q is written as %q and comes back as %q", text, written, Unguard(written))
			}
		}
	})
}

func TestCSVIsGuardedAndWorkbooksAreTyped(t *testing.T) {
	t.Parallel()
	rows := [][]Cell{{Text("=1+1"), Number("-1234.50")}, {Text("李,\"四\""), Number("=2")}, {Text("-7"), Number("12345678901234567.89")}, {Text("+86 13800000000"), Text("'=1")}}
	var text, book bytes.Buffer
	c, err := NewCSV(&text)
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewXLSX(&book, "a sheet with a name far longer than Excel allows")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []Writer{c, x} {
		for _, row := range rows {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	want := "\uFEFF'=1+1,-1234.50\n\"李,\"\"四\"\"\",'=2\n-7,12345678901234567.89\n'+86 13800000000,''=1\n"
	if text.String() != want {
		t.Errorf("got %q, want %q", text.String(), want)
	}
	file, err := excelize.OpenReader(&book)
	if err != nil {
		t.Fatal(err)
	}
	sheet := file.GetSheetName(0)
	for cell, want := range map[string]string{"A1": "=1+1", "B1": "-1234.5", "B2": "=2", "A3": "-7", "B3": "12345678901234567.89", "A4": "+86 13800000000", "B4": "''=1"} {
		if got, err := file.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", cell, got, err, want)
		}
	}
	for cell, want := range map[string]excelize.CellType{"A1": excelize.CellTypeInlineString, "B1": excelize.CellTypeUnset, "B2": excelize.CellTypeInlineString, "A3": excelize.CellTypeInlineString, "A4": excelize.CellTypeInlineString, "B3": excelize.CellTypeInlineString} {
		if got, err := file.GetCellType(sheet, cell); err != nil || got != want {
			t.Errorf("%s has type %v (%v), want %v", cell, got, err, want)
		}
	}
}

// bomb is an archive that unpacks to size bytes a file.
func bomb(t *testing.T, files, size int) []byte {
	t.Helper()
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	for i := range files {
		w, err := archive.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err != nil {
			t.Fatal(err)
		}
		chunk := make([]byte, 1<<16)
		for left := size; left > 0; left -= len(chunk) {
			if _, err := w.Write(chunk[:min(left, len(chunk))]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func TestOpenWorkbookRefuses(t *testing.T) {
	t.Parallel()
	limits := Limits{WorkbookBytes: 1 << 20, UnzippedBytes: 8 << 20}
	for _, tt := range []struct {
		name    string
		content []byte
		kind    errs.Kind
	}{
		{"a bomb of one file", bomb(t, 1, 16<<20), errs.KindTooLarge},
		{"a bomb of many files", bomb(t, 9, 1<<20), errs.KindTooLarge},
		{"a large file", bytes.Repeat([]byte("PK\x03\x04"), 1<<19), errs.KindTooLarge},
		{"text", []byte("a,b\n1,2\n"), errs.KindInvalid},
		{"nothing", nil, errs.KindInvalid},
		{"the older format", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 4096)...), errs.KindInvalid},
		{"an archive of something else", bomb(t, 1, 10), errs.KindInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := OpenWorkbook(bytes.NewReader(tt.content), limits); !errs.Is(err, tt.kind) {
				t.Errorf("got %v, want %s", err, tt.kind)
			}
		})
	}
}

// lie changes the size that the archive's directory states for its files.
func lie(content []byte, size uint32) []byte {
	content = bytes.Clone(content)
	for at := 0; ; {
		i := bytes.Index(content[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return content
		}
		at += i
		const sizeOffset = 24
		for k := range 4 {
			content[at+sizeOffset+k] = byte(size >> (8 * k))
		}
		at += 4
	}
}

func TestAnArchiveThatLiesAboutItsSizeIsRefused(t *testing.T) {
	t.Parallel()
	if w, err := OpenWorkbook(bytes.NewReader(lie(bomb(t, 1, 16<<20), 1000)), Limits{}); err == nil {
		t.Errorf("opened with %v", w.Sheets)
	}
}

func TestSheetsAreReadRowByRow(t *testing.T) {
	t.Parallel()
	var book bytes.Buffer
	x, err := NewXLSX(&book, "one")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3000 {
		row := []Cell{Number(fmt.Sprint(i + 1)), Text("x")}
		if i%10 == 5 {
			row = nil
		}
		if err := x.Write(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := OpenWorkbook(&book, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	sheet, err := w.OpenSheet("one", 2)
	if err != nil || strings.Join(sheet.Header, ",") != "2,x" {
		t.Fatal(err, sheet)
	}
	seen := 0
	decode := func(rows *Rows) []string {
		var wrong []string
		for rows.Next() {
			seen++
			if string(rows.Fields()[0]) != fmt.Sprint(rows.Number()) {
				wrong = append(wrong, fmt.Sprintf("row %d holds %s", rows.Number(), rows.Fields()[0]))
			}
		}
		return wrong
	}
	err = ScanSheet(t.Context(), sheet, decode, func(wrong []string) error {
		if len(wrong) > 0 {
			return fmt.Errorf("%v", wrong)
		}
		return nil
	})
	if err != nil || seen != 2998-300 {
		t.Errorf("%d rows: %v", seen, err)
	}
	if err := sheet.Close(); err != nil {
		t.Error(err)
	}
	if _, err := w.OpenSheet("two", 1); !errs.Is(err, errs.KindInvalid) {
		t.Error(err)
	}
	if _, err := w.OpenSheet("one", 5000); !errs.Is(err, errs.KindInvalid) {
		t.Error(err)
	}
}
