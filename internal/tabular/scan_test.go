package tabular

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
)

type row struct {
	Number  int
	Fields  []string
	Problem string
}

// readAll reads a text file with small blocks and two goroutines.
func readAll(ctx context.Context, r io.Reader, options TextOptions) (header []string, rows []row, err error) {
	file, err := OpenText(r, options)
	if err != nil {
		return nil, nil, err
	}
	decoder := func() func(*Rows) []row {
		return func(rows *Rows) (out []row) {
			for rows.Next() {
				fields := make([]string, len(rows.Fields()))
				for i, field := range rows.Fields() {
					fields[i] = string(field)
				}
				out = append(out, row{rows.Number(), fields, rows.Problem().Key})
			}
			return out
		}
	}
	err = Scan(ctx, file, 2, decoder, func(some []row) error {
		rows = append(rows, some...)
		return nil
	})
	return file.Header, rows, err
}

func TestAnyChunkingGivesTheRowsOfEncodingCSV(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		// Given a valid CSV text with quotes, line breaks in fields, blank lines and either line end
		cell := rapid.OneOf(rapid.StringMatching(`[a-z0-9]{0,6}`), rapid.StringOfN(rapid.RuneFrom([]rune("\",\n;销 é\r'x")), 0, 8, -1))
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 5), 1, 12).Draw(rt, "table")
		var text bytes.Buffer
		for _, fields := range table {
			if rapid.IntRange(0, 9).Draw(rt, "blank") == 0 {
				text.WriteString("\n")
			}
			var line bytes.Buffer
			w := csv.NewWriter(&line)
			w.UseCRLF = rapid.Bool().Draw(rt, "crlf")
			if err := w.Write(fields); err != nil {
				rt.Fatal(err)
			}
			w.Flush()
			text.Write(line.Bytes())
		}
		input := text.Bytes()
		if rapid.Bool().Draw(rt, "no line end at the end") {
			input = bytes.TrimRight(input, "\r\n")
		}
		reader := csv.NewReader(bytes.NewReader(input))
		reader.FieldsPerRecord = -1
		want, err := reader.ReadAll()
		if err != nil || len(want) == 0 {
			rt.Skip("not valid CSV")
		}
		// When it is read in blocks of any size, from a reader that gives any number of bytes
		var source io.Reader = bytes.NewReader(input)
		if rapid.Bool().Draw(rt, "one byte at a time") {
			source = iotest.OneByteReader(source)
		}
		options := TextOptions{Encoding: EncodingUTF8, Delimiter: ',', BlockBytes: rapid.IntRange(1, 64).Draw(rt, "block")}
		header, rows, err := readAll(t.Context(), source, options)
		if err != nil {
			rt.Fatalf("%q: %v", input, err)
		}
		// Then the rows are those of encoding/csv
		for i := range want[0] {
			want[0][i] = strings.TrimSpace(want[0][i])
		}
		if !slices.Equal(header, want[0]) || len(rows) != len(want)-1 {
			rt.Fatalf("%q: got %q %v, want %q", input, header, rows, want)
		}
		for i, r := range rows {
			if !slices.Equal(r.Fields, want[i+1]) || r.Problem != "" {
				rt.Fatalf("%q: row %d is %q (%s), want %q", input, i, r.Fields, r.Problem, want[i+1])
			}
		}
	})
}

func TestScanKeepsRowNumbers(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("a,b\n")
	for i := 2; i < 5000; i++ {
		switch {
		case i%7 == 0:
			text.WriteString("\n") // a blank line counts
		case i%11 == 0:
			fmt.Fprintf(&text, "%d,\"two\nlines\"\n", i)
		default:
			fmt.Fprintf(&text, "%d,x\r\n", i)
		}
	}
	_, rows, err := readAll(t.Context(), strings.NewReader(text.String()), TextOptions{BlockBytes: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if fmt.Sprint(r.Number) != r.Fields[0] {
			t.Fatalf("row %s is numbered %d", r.Fields[0], r.Number)
		}
	}
}

func TestOpenText(t *testing.T) {
	t.Parallel()
	gb := func(s string) string {
		out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	chinese := "工号,姓名,团队\n1001,张三丰,华东一组\n1002,李四,华南二组\n1003,𠀀龘,西北组\n"
	wantRows := [][]string{{"1001", "张三丰", "华东一组"}, {"1002", "李四", "华南二组"}, {"1003", "𠀀龘", "西北组"}}
	for _, tt := range []struct {
		name, input string
		options     TextOptions
		wantRows    [][]string
		wantProblem string
		wantError   string
	}{
		{name: "UTF-8", input: chinese, wantRows: wantRows},
		{name: "UTF-8 with a byte order mark", input: "\uFEFF" + chinese, wantRows: wantRows},
		{name: "GB18030 is detected", input: gb(chinese), wantRows: wantRows},
		{name: "GB18030 declared", input: gb(chinese), options: TextOptions{Encoding: EncodingGB18030}, wantRows: wantRows},
		{name: "GB18030 in small blocks", input: gb(chinese), options: TextOptions{Encoding: EncodingGB18030, BlockBytes: 5}, wantRows: wantRows},
		{name: "semicolons", input: "a;b\n1,5;2\n2;3\n", wantRows: [][]string{{"1,5", "2"}, {"2", "3"}}},
		{name: "tabs", input: "a\tb\n1,5\t2\n", wantRows: [][]string{{"1,5", "2"}}},
		{name: "declared delimiter", input: "a;b\n1,5;2\n", options: TextOptions{Delimiter: ','}, wantRows: [][]string{{"1", "5;2"}}},
		{name: "header further down", input: "9月回款,\n\na,b\n1,2\n", options: TextOptions{HeaderRow: 3}, wantRows: [][]string{{"1", "2"}}},
		{name: "header only", input: "a,b", wantRows: nil},
		{name: "bare quote", input: "a,b\n5\" pipe,2\n3,4\n", wantRows: [][]string{{"5\" pipe", "2"}, {"3", "4"}}, wantProblem: "tabular.bare_quote"},
		{name: "text after quote", input: "a,b\n\"x\"y,2\n3,4\n", wantRows: [][]string{{"xy", "2"}, {"3", "4"}}, wantProblem: "tabular.text_after_quote"},
		{name: "quote never closed", input: "a,b\n\"x,2\n3,4\n", wantRows: [][]string{{"x,2\n3,4\n"}}, wantProblem: "tabular.quote_not_closed"},
		{name: "empty", input: "", wantError: "tabular.no_header"},
		{name: "only blank lines", input: "\n\n\n", wantError: "tabular.no_header"},
		{name: "zero byte", input: "a,b\n1,2\n1,\x00\n", wantError: "tabular.zero_byte"},
		{name: "broken UTF-8", input: "a,b\n1,2\n1,\xff\xfe\n", options: TextOptions{Encoding: EncodingUTF8}, wantError: "tabular.not_utf8"},
		{name: "broken GB18030", input: "a,b\n1,2\n1,\xff\xff\n", options: TextOptions{Encoding: EncodingGB18030}, wantError: "tabular.not_gb18030"},
		{name: "UTF-16 by its mark", input: "\xff\xfea\x00,\x00b\x00\n\x00", wantError: "tabular.encoding UTF-16"},
		{name: "UTF-16 without a mark", input: "a\x00,\x00b\x00\n\x001\x00,\x002\x00", wantError: "tabular.encoding UTF-16"},
		{name: "Windows-1252", input: "name,x\nM\xfcller,1\nJos\xe9,2\nSe\xf1or,3\n", wantError: "tabular.encoding Windows-1252"},
		{name: "Big5", input: "\xa9m\xa6W,\xb9\xce\xb6\xa4\n\xb1i\xa4T,\xa5_\xb3\xa1\n\xa7\xf5\xa5|,\xabn\xb3\xa1\n\xa4\xfd\xa4\xad,\xa4\xa4\xb3\xa1\n", wantError: "tabular.encoding"},
		{name: "Shift_JIS", input: "\x83R\x81[\x83h,x\n\x83J\x83^\x83J\x83i,1\n", wantError: "tabular.encoding Shift_JIS"},
		{name: "a workbook that is called CSV", input: "PK\x03\x04....", wantError: "tabular.encoding ZIP"},
		{name: "line too long", input: "a,b\n" + strings.Repeat("x", 3000) + "\n", options: TextOptions{BlockBytes: 64, Limits: Limits{RecordBytes: 1000}}, wantError: "tabular.record_too_long"},
		{name: "endless quote", input: "a,b\n\"" + strings.Repeat("x\n", 3000), options: TextOptions{BlockBytes: 64, Limits: Limits{RecordBytes: 1000}}, wantError: "tabular.quote_not_closed"},
		{name: "endless header", input: strings.Repeat("x", 300_000), options: TextOptions{Limits: Limits{RecordBytes: 1000}}, wantError: "tabular.record_too_long"},
		{name: "too many columns", input: "a,b\n" + strings.Repeat(",", 600) + "\n", wantRows: [][]string{slices.Repeat([]string{""}, 601)}, wantProblem: "tabular.too_many_columns"},
		{name: "file too large", input: "a,b\n" + strings.Repeat("1,2\n", 100), options: TextOptions{BlockBytes: 64, Limits: Limits{FileBytes: 300}}, wantError: "tabular.file_too_large"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, rows, err := readAll(t.Context(), strings.NewReader(tt.input), tt.options)
			if tt.wantError != "" {
				if err == nil || !strings.Contains(messageOf(err), tt.wantError) {
					t.Fatalf("error %v, want %s", err, tt.wantError)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			problem := ""
			for _, r := range rows {
				got = append(got, r.Fields)
				problem += r.Problem
			}
			if !slices.EqualFunc(got, tt.wantRows, slices.Equal) || problem != tt.wantProblem {
				t.Errorf("got %q (%s), want %q (%s)", got, problem, tt.wantRows, tt.wantProblem)
			}
		})
	}
}

func messageOf(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err.Error()
	}
	return strings.TrimSpace(fmt.Sprint(e.Message.Key, " ", e.Message.Args["Encoding"]))
}

// endless gives n bytes of rows without keeping them.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.left)
	for i := range p[:n] {
		p[i] = "12345,7\n"[i&7]
	}
	e.left -= n
	return int(n), nil
}

func TestFileAboveTheDefaultLimitIsRefused(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads 2 GiB")
	}
	file, err := OpenText(&endless{left: 3 << 30}, TextOptions{Encoding: EncodingUTF8, Delimiter: ',', BlockBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	var memory runtime.MemStats
	err = Scan(t.Context(), file, 2, func() func(*Rows) int { return func(*Rows) int { return 1 } }, func(n int) error {
		blocks += n
		if blocks%128 == 0 {
			if runtime.ReadMemStats(&memory); memory.HeapInuse > 256<<20 { // other tests run beside this one
				return fmt.Errorf("%d MiB in memory after %d MiB", memory.HeapInuse>>20, blocks)
			}
		}
		return nil
	})
	if !errs.Is(err, errs.KindTooLarge) || blocks > 2049 {
		t.Fatalf("after %d blocks: %v", blocks, err)
	}
}

func TestEncodingIsRefusedByName(t *testing.T) {
	t.Parallel()
	_, err := ParseEncoding("big5")
	if err == nil || !strings.Contains(messageOf(err), "big5") {
		t.Fatal(err)
	}
	if encoding, err := ParseEncoding("GBK"); err != nil || encoding != EncodingGB18030 {
		t.Fatal(encoding, err)
	}
}

func FuzzScan(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a\n\"x\ny\"\n", "\"", "a;b\r\n\"\"\"\";1", "a\n\"x\"y\n\n"} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, input []byte, size int) {
		size = 1 + (size&0xff)%97
		limits := Limits{RecordBytes: 1 << 16}
		small, rowsSmall, errSmall := readAll(t.Context(), bytes.NewReader(input), TextOptions{Encoding: EncodingUTF8, Delimiter: ',', BlockBytes: size, Limits: limits})
		large, rowsLarge, errLarge := readAll(t.Context(), bytes.NewReader(input), TextOptions{Encoding: EncodingUTF8, Delimiter: ',', BlockBytes: 1 << 20, Limits: limits})
		if (errSmall == nil) != (errLarge == nil) {
			t.Fatalf("%q: %v with blocks of %d, %v whole", input, errSmall, size, errLarge)
		}
		if errSmall == nil && (!slices.Equal(small, large) || fmt.Sprint(rowsSmall) != fmt.Sprint(rowsLarge)) {
			t.Fatalf("%q: %q %v with blocks of %d, %q %v whole", input, small, rowsSmall, size, large, rowsLarge)
		}
	})
}
