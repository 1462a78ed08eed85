package paper_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"xiaoguan/internal/paper"
)

func sample(chinese bool, rows int) *paper.Document {
	d := &paper.Document{Title: "流程手册 <A&B>", Lines: []string{"第 3 版", "生效 2026-09-01"}, Chinese: chinese, Contents: "目录", Foot: "流程手册 · v3 · 0123456789abcdef", PageOf: "第 {page} 页，共 {pages} 页",
		Blocks: []paper.Block{paper.Heading(1, "1 客户开发"), paper.Text(strings.Repeat("24 小时内首次联系：“分配线索”之后，必须在 24 小时内有“首次联系”。", 30)), paper.Heading(2, "表单"), paper.Item("公司名称（必填）")}}
	table := paper.Table([]int{1, 3}, []string{"字段", "说明"})
	for i := range rows {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("field %d", i), strings.Repeat("填写要求 ", i%9)})
	}
	d.Blocks = append(d.Blocks, table, paper.Heading(1, "2 Needs"), paper.Text("Plain English text that “quotes” and goes on — for a while."))
	return d
}

// parts opens a Word file and checks that each of its parts is sound XML.
func parts(t *testing.T, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found[f.Name] = string(text)
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return found
}

func TestAWordFileIsReadBack(t *testing.T) {
	t.Parallel()
	content, err := sample(true, 3).Word()
	if err != nil {
		t.Fatal(err)
	}
	found := parts(t, content)
	text := found["word/document.xml"]
	for _, want := range []string{"流程手册 &lt;A&amp;B&gt;", `w:val="Heading1"`, ` TOC \o "1-2" \h \z \u `, `w:anchor="h3"`, `w:name="h3"`, "公司名称（必填）", "<w:tblHeader/>", "field 2"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Count(text, "<w:tr>") != 4 || strings.Count(text, "<w:bookmarkStart ") != 3 {
		t.Error("rows or headings were lost")
	}
	if foot := found["word/footer1.xml"]; !strings.Contains(foot, "0123456789abcdef") || !strings.Contains(foot, " PAGE ") || !strings.Contains(foot, " NUMPAGES ") || !strings.Contains(foot, "，共 ") {
		t.Errorf("foot: %s", foot)
	}
}

var (
	shown   = regexp.MustCompile(`/([LC]) \d+ Tf <([0-9A-F]+)> Tj`)
	objects = regexp.MustCompile(`(?m)^(\d+) 0 obj$`)
)

// pagesOf reads the text of each page back, after every place in the table of objects was checked.
func pagesOf(t *testing.T, content []byte) (pages []string) {
	t.Helper()
	text := string(content)
	start, err := strconv.Atoi(strings.Split(text[strings.LastIndex(text, "startxref\n")+len("startxref\n"):], "\n")[0])
	if err != nil || !strings.HasPrefix(text[start:], "xref\n0 ") {
		t.Fatalf("no table at %d: %v", start, err)
	}
	entries := strings.Split(text[start:strings.LastIndex(text, "trailer")], "\n")[3:]
	if found := objects.FindAllString(text, -1); len(found) != len(entries)-1 {
		t.Fatalf("%d objects, %d entries", len(found), len(entries)-1)
	}
	for i, entry := range entries[:len(entries)-1] {
		at, err := strconv.Atoi(entry[:10])
		if err != nil || !strings.HasPrefix(text[at:], fmt.Sprintf("%d 0 obj\n", i+1)) {
			t.Fatalf("object %d is not at %d", i+1, at)
		}
	}
	for _, stream := range strings.Split(text, "stream\n")[1:] {
		if !strings.HasPrefix(stream, "BT ") && !strings.Contains(stream, " Tj ") {
			continue
		}
		var s strings.Builder
		for _, m := range shown.FindAllStringSubmatch(stream, -1) {
			width := map[string]int{"L": 2, "C": 4}[m[1]]
			var units []uint16
			for i := 0; i < len(m[2]); i += width {
				n, err := strconv.ParseUint(m[2][i:i+width], 16, 16)
				if err != nil {
					t.Fatal(err)
				}
				units = append(units, uint16(n))
			}
			s.WriteString(string(utf16.Decode(units)))
		}
		pages = append(pages, s.String())
	}
	return pages
}

func TestAPDFIsReadBack(t *testing.T) {
	t.Parallel()
	pages := pagesOf(t, sample(true, 120).PDF())
	if len(pages) < 5 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.HasSuffix(p, fmt.Sprintf("流程手册 · v3 · 0123456789abcdef第 %d 页，共 %d 页", i+1, len(pages))) {
			t.Errorf("page %d ends with %q", i+1, p[max(0, len(p)-120):])
		}
	}
	if !strings.Contains(pages[0], "目录1 客户开发2表单2") && !strings.Contains(pages[0], "1 客户开发2") {
		t.Errorf("contents: %s", pages[0])
	}
	all := strings.Join(pages, "")
	for i := range 120 {
		if !strings.Contains(all, fmt.Sprintf("field %d", i)) {
			t.Errorf("row %d was lost", i)
		}
	}
	heads := 0
	for _, p := range pages {
		if strings.Contains(p, "字段说明") {
			heads++
		}
	}
	if heads < 3 {
		t.Errorf("the head of the table is on %d pages", heads)
	}
}

// TestTheSameDocumentGivesTheSameBytes, in both forms.
func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	first, err := sample(true, 50).Word()
	if err != nil {
		t.Fatal(err)
	}
	second, err := sample(true, 50).Word()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("Word: %v", err)
	}
	if !bytes.Equal(sample(false, 50).PDF(), sample(false, 50).PDF()) {
		t.Error("PDF differs")
	}
}

// TestOddTextsDoNoHarm: controls, brackets, words longer than a line, rows longer than a page, no text at all.
func TestOddTextsDoNoHarm(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", 4000)
	for _, d := range []*paper.Document{
		{},
		{Title: "\x00\x1b(]>", Blocks: []paper.Block{paper.Text(strings.Repeat("W", 3000)), paper.Table(nil, []string{"a", "b"}, []string{long}, []string{"1", "2", "3"}), paper.Heading(9, "😀𠮷")}},
		{Title: long, Contents: "c", Blocks: []paper.Block{paper.Table([]int{0, 5}, []string{"a", "b"}), paper.Heading(3, "x"), paper.Heading(1, "y")}},
	} {
		pages := pagesOf(t, d.PDF())
		if strings.Contains(d.Title, long) && strings.Count(strings.Join(pages, ""), "长") != 4000 {
			t.Error("characters were lost")
		}
		content, err := d.Word()
		if err != nil {
			t.Fatal(err)
		}
		parts(t, content)
	}
}

// TestTheFilesAreWhatTheirNamesSay writes both forms, into the folder of pictures where somebody wants to look at them.
func TestTheFilesAreWhatTheirNamesSay(t *testing.T) {
	folder := os.Getenv("XIAOGUAN_SCREENSHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	content, err := sample(true, 60).Word()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		name, mediaType string
		content         []byte
	}{{"paper.docx", "application/zip", content}, {"paper.pdf", "application/pdf", sample(true, 60).PDF()}} {
		if got := http.DetectContentType(f.content); got != f.mediaType {
			t.Errorf("%s is %s", f.name, got)
		}
		if err := os.WriteFile(filepath.Join(folder, f.name), f.content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAHeadingBeginsAPageAsItIsTold: a chapter that follows a short one stays on its page, a sheet to take along begins one.
func TestAHeadingBeginsAPageAsItIsTold(t *testing.T) {
	t.Parallel()
	d := &paper.Document{Title: "t", Contents: "c", Blocks: []paper.Block{paper.Heading(1, "Overview"), paper.Text("short"), paper.Heading(1, "First").On(paper.PageSame), paper.Heading(2, "Usual"), paper.Heading(2, "Sheet").On(paper.PageNew), paper.Heading(1, "Last")}}
	on := map[string]int{}
	for i, page := range pagesOf(t, d.PDF())[1:] { // the contents come first
		for _, name := range []string{"Overview", "First", "Usual", "Sheet", "Last"} {
			if strings.Contains(page, name) {
				on[name] = i
			}
		}
	}
	if on["Overview"] != 0 || on["First"] != 0 || on["Usual"] != 0 || on["Sheet"] != 1 || on["Last"] != 2 {
		t.Errorf("pages %v", on)
	}
	content, err := d.Word()
	if err != nil {
		t.Fatal(err)
	}
	text := parts(t, content)["word/document.xml"]
	if strings.Count(text, `<w:pageBreakBefore w:val="0"/>`) != 1 || strings.Count(text, `<w:pageBreakBefore/>`) != 1 {
		t.Errorf("Word: %s", text)
	}
}

// TestNumbersStandFlushRight holds that columns of numbers, and no others, are set flush right.
func TestNumbersStandFlushRight(t *testing.T) {
	d := &paper.Document{Title: "回款", Chinese: true, Blocks: []paper.Block{paper.Table(nil, []string{"团队", "回款", "同比", "日期", "备注", "空"},
		[]string{"华东一部", "¥1,234,567.89", "+2.8%", "2026-10-31", "3", ""},
		[]string{"华东二部", "66.1 万", "–", "2026-10-31", "3 人离职", "–"})}}
	word, err := d.Word()
	if err != nil {
		t.Fatal(err)
	}
	var right []string
	for cell := range strings.SplitSeq(parts(t, word)["word/document.xml"], "<w:tc>") {
		if strings.Contains(cell, `"CellNumber"`) {
			_, text, _ := strings.Cut(cell, `preserve">`)
			text, _, _ = strings.Cut(text, "<")
			right = append(right, text)
		}
	}
	if want := []string{"回款", "同比", "¥1,234,567.89", "+2.8%", "66.1 万", "–"}; !slices.Equal(right, want) {
		t.Errorf("flush right stand %q, want %q", right, want)
	}
}
