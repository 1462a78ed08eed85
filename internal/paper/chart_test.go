package paper_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/paper"
)

func points(values ...int64) (list []paper.Point) {
	for _, v := range values {
		list = append(list, paper.Point{Value: v, Known: v != math.MinInt64})
	}
	return list
}

const gap = math.MinInt64

func months() paper.Chart {
	return paper.Chart{Title: "回款与目标", Labels: []string{"5", "6", "7", "8", "9", "10"}, Format: "#,##0", Write: func(v int64) string { return strconv.FormatInt(v, 10) + " 万" },
		Series: []paper.Series{{Name: "实际", Points: points(310, 280, gap, 420, 505, 190)}, {Name: "目标", Line: true, Dashed: true, Points: points(300, 300, 350, 400, 450, 500)}}}
}

func places() paper.Chart {
	return paper.Chart{Title: "各大区 <A&B>", Bars: true, Digits: 6, Format: "0.0%", Labels: []string{"华东", "华南", "华北"}, Series: []paper.Series{{Name: "达成率", Points: points(923_000, 1_104_500, gap)}}}
}

func TestWordDrawsAChartFromItsOwnNumbers(t *testing.T) {
	t.Parallel()
	d := paper.Document{Title: "报告", Chinese: true, Blocks: []paper.Block{paper.Heading(1, "1"), paper.Picture(months()), paper.Note("林晓 · 11月2日", "第一句\n第二句"), paper.Picture(places()), paper.Picture(paper.Chart{Title: "nothing"})}}
	content, err := d.Word()
	if err != nil {
		t.Fatal(err)
	}
	found := parts(t, content)
	if strings.Count(found["[Content_Types].xml"], "drawingml.chart+xml") != 2 || strings.Count(found["word/_rels/document.xml.rels"], "relationships/chart") != 2 || found["word/charts/chart3.xml"] != "" {
		t.Error("the charts of the file are not two")
	}
	if text := found["word/document.xml"]; strings.Count(text, "<w:drawing>") != 2 || !strings.Contains(text, `r:id="rIdChart2"`) || strings.Count(text, `w:val="Note"`) != 3 {
		t.Errorf("text: %s", text)
	}
	first, second := found["word/charts/chart1.xml"], found["word/charts/chart2.xml"]
	for _, want := range []string{`<c:barDir val="col"/>`, "<c:lineChart>", "<c:v>目标</c:v>", `<c:pt idx="4"><c:v>505</c:v></c:pt>`, `<a:prstDash val="dash"/>`} {
		if !strings.Contains(first, want) {
			t.Errorf("no %s in %s", want, first)
		}
	}
	if strings.Contains(first, `<c:v>`+strconv.FormatInt(gap, 10)) || strings.Count(first, `<c:pt idx="2">`) != 3 {
		t.Error("a gap became a number")
	}
	for _, want := range []string{`<c:barDir val="bar"/>`, "各大区 &lt;A&amp;B&gt;", `<c:v>0.923</c:v>`, `<c:v>1.1045</c:v>`, "0.0%"} {
		if !strings.Contains(second, want) {
			t.Errorf("no %s in %s", want, second)
		}
	}
}

// boxes are the filled rectangles of a PDF: x, y, width, height in points.
var boxes = regexp.MustCompile(`rg (\S+) (\S+) (\S+) (\S+) re f`)

func boxesOf(t *testing.T, content []byte) (list [][4]float64) {
	t.Helper()
	for _, m := range boxes.FindAllStringSubmatch(string(content), -1) {
		var box [4]float64
		for i := range box {
			value, err := strconv.ParseFloat(m[i+1], 64)
			if err != nil {
				t.Fatal(err)
			}
			box[i] = value
		}
		list = append(list, box)
	}
	return list
}

func TestAPDFDrawsColumnsAsHighAsTheirNumbers(t *testing.T) {
	t.Parallel()
	c := paper.Chart{Labels: []string{"a", "b", "c", "d"}, Series: []paper.Series{{Name: "x", Points: points(100, 200, gap, -50)}}}
	d := paper.Document{Title: "t", Blocks: []paper.Block{paper.Picture(c)}}
	got := boxesOf(t, d.PDF())
	if len(got) != 3 {
		t.Fatalf("%d columns", len(got))
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.01 }
	if !near(got[1][3], 2*got[0][3]) || !near(got[2][3], got[0][3]/2) || !near(got[0][1], got[1][1]) || !near(got[2][1]+got[2][3], got[0][1]) {
		t.Errorf("columns %v", got)
	}
	pages := pagesOf(t, (&paper.Document{Title: "t", Chinese: true, Blocks: []paper.Block{paper.Picture(places()), paper.Note("谁", "一\n二")}}).PDF())
	if all := strings.Join(pages, ""); !strings.Contains(all, "华东0.923") || !strings.Contains(all, "华北–") || !strings.Contains(all, "谁一二") {
		t.Errorf("text %q", all)
	}
}

// TestNoNumbersBreakAChart: whatever they are, nothing is drawn outside of the page, and the files are sound.
func TestNoNumbersBreakAChart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(r, "points")
		c := paper.Chart{Title: rapid.String().Draw(r, "title"), Bars: rapid.Bool().Draw(r, "bars"), Digits: rapid.IntRange(0, 6).Draw(r, "digits")}
		for i := range n {
			c.Labels = append(c.Labels, fmt.Sprintf("label %d", i))
		}
		for range rapid.IntRange(0, 3).Draw(r, "series") {
			s := paper.Series{Name: "s", Line: rapid.Bool().Draw(r, "line"), Dashed: rapid.Bool().Draw(r, "dashed")}
			for range n {
				s.Points = append(s.Points, paper.Point{Value: rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64Range(-1<<58, 1<<58)).Draw(r, "value"), Known: rapid.IntRange(0, 5).Draw(r, "known") > 0})
			}
			c.Series = append(c.Series, s)
		}
		d := paper.Document{Title: "t", Blocks: []paper.Block{paper.Picture(c)}}
		for _, box := range boxesOf(t, d.PDF()) {
			if box[0] < 0 || box[0]+box[2] > 595.3 || box[1] < 0 || box[1]+box[3] > 841.9 || box[2] < 0 || box[3] < 0 {
				r.Fatalf("box %v", box)
			}
		}
		content, err := d.Word()
		if err != nil {
			r.Fatal(err)
		}
		parts(t, content)
		for x := xml.NewDecoder(strings.NewReader(c.SVG())); ; {
			if _, err := x.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				r.Fatalf("picture: %v", err)
			}
		}
	})
}

func TestStepsBeginWhereTheOnesBeforeEnd(t *testing.T) {
	t.Parallel()
	c := paper.Chart{Falls: true, Labels: []string{"9", "price", "customers", "10"}, Series: []paper.Series{{Name: "x", Points: points(100, 50, -30, 120)}}}
	got := boxesOf(t, (&paper.Document{Title: "t", Blocks: []paper.Block{paper.Picture(c)}}).PDF())
	top := func(i int) float64 { return got[i][1] + got[i][3] }
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.01 }
	if len(got) != 4 || !near(got[1][1], top(0)) || !near(top(2), top(1)) || !near(got[2][1], top(3)) {
		t.Errorf("columns %v", got)
	}
}

// TestChartsAreWrittenToBeLookedAt writes both files where somebody wants to look at them.
func TestChartsAreWrittenToBeLookedAt(t *testing.T) {
	folder := os.Getenv("XIAOGUAN_SCREENSHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	d := paper.Document{Title: "销售数据分析报告", Chinese: true, PageOf: "第 {page} 页，共 {pages} 页", Foot: "报告", Blocks: []paper.Block{paper.Heading(1, "总体"), paper.Picture(months()), paper.Note("林晓 · 11月2日", "十月的大单推迟到了十一月。"), paper.Picture(places())}}
	content, err := d.Word()
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"chart.docx": content, "chart.pdf": d.PDF()} {
		if len(content) < 2000 {
			t.Errorf("%s has %d bytes", name, len(content))
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
