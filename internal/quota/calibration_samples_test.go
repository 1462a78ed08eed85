//go:build samples

package quota_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/quota"
)

var update = flag.Bool("update", false, "write docs/targets-calibration.md and its plot anew")

// sheet reads a file of the test data as columns by name.
func sheet(t *testing.T, folder, file string, each func(row map[string]string)) {
	t.Helper()
	data := os.Getenv("XIAOGUAN_TEST_DATA")
	if data == "" {
		t.Fatal("XIAOGUAN_TEST_DATA does not name the folder of test data")
	}
	f, err := os.Open(filepath.Join(data, folder, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	var names []string
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if names == nil {
			names = cells
			names[0] = strings.TrimPrefix(names[0], "\ufeff")
			continue
		}
		row := map[string]string{}
		for i, cell := range cells {
			row[names[i]] = cell
		}
		each(row)
	}
}

// book collects amounts by seller and month.
type book struct {
	first  time.Time
	months int
	people map[string]*quota.Past
	order  []string
}

func (b *book) add(t *testing.T, seller, day, amount string) {
	t.Helper()
	on, err := time.Parse("2006-01-02", day)
	if err != nil {
		t.Fatal(err)
	}
	value, err := strconv.ParseFloat(amount, 64)
	if err != nil {
		t.Fatal(err)
	}
	month := (on.Year()-b.first.Year())*12 + int(on.Month()) - int(b.first.Month())
	p := b.people[seller]
	if p == nil {
		p = &quota.Past{ID: seller, Level: "regular", Minor: make([]int64, b.months), There: make([]int64, b.months)}
		for m := range p.There {
			p.There[m] = quota.Million
		}
		b.people[seller] = p
		b.order = append(b.order, seller)
	}
	if month >= 0 && month < b.months {
		p.Minor[month] += int64(math.Round(value * 100))
	}
}

// tested goes through the origins, with seasons learned from what was known at each.
func (b *book) tested(t *testing.T, name string, origins []int, horizon int) *backtest {
	t.Helper()
	var past []quota.Past
	for _, seller := range b.order {
		past = append(past, *b.people[seller])
	}
	out := &backtest{name: name}
	for _, cut := range origins {
		out.origin(t, past, learned(past, cut, b.months, int(b.first.Month())-1), cut, horizon)
	}
	return out
}

// TestSampleCalibration writes the reliability of stated chances on well-known data and on companies made up: docs/targets-calibration.md.
func TestSampleCalibration(t *testing.T) {
	store := &book{first: time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC), months: 48, people: map[string]*quota.Past{}}
	sheet(t, "superstore-cn", "orders.csv", func(row map[string]string) {
		store.add(t, row["地区"]+" "+row["细分"], row["订单日期"], row["销售额"])
	})
	crm := &book{first: time.Date(2017, 3, 1, 0, 0, 0, 0, time.UTC), months: 10, people: map[string]*quota.Past{}}
	sheet(t, "maven-crm", "sales_pipeline.csv", func(row map[string]string) {
		if row["deal_stage"] == "Won" {
			crm.add(t, row["sales_agent"], row["close_date"], row["close_value"])
		}
	})
	all := append(generated(t), store.tested(t, "superstore-cn, six regions × three segments", []int{24, 27, 30, 33, 36}, 12), crm.tested(t, "maven-crm, 30 sellers", []int{4, 5, 6, 7}, 3))
	var table strings.Builder
	table.WriteString("| companies | people × origins | tell as much as | range |")
	for _, chance := range stated {
		fmt.Fprintf(&table, " %.0f %% |", 100*chance)
	}
	table.WriteString("\n|---|--:|--:|--:|" + strings.Repeat("--:|", len(stated)) + "\n")
	for _, b := range all {
		_, cases := b.counted(eighty)
		_, effect := b.at(t, eighty)
		fmt.Fprintf(&table, "| %s | %d | %.0f | %.2f |", b.name, cases, float64(cases)/effect, b.width/b.actual)
		for k := range stated {
			r, _ := b.at(t, k)
			fmt.Fprintf(&table, " %.1f (%.1f–%.1f) |", 100*r.Share, 100*r.Interval.Low, 100*r.Interval.High)
		}
		table.WriteString("\n")
	}
	publish(t, table.String(), plot(t, all))
	for _, b := range all[len(all)-2:] {
		if r, _ := b.at(t, eighty); math.Abs(r.Share-stated[eighty]) > 0.05 && (r.Interval.Low > stated[eighty] || r.Interval.High < stated[eighty]) {
			t.Errorf("%s: 80 %% was said, %.1f %% (%.1f–%.1f) reached it", b.name, 100*r.Share, 100*r.Interval.Low, 100*r.Interval.High)
		}
	}
}

// plot draws stated chances against what came of them.
func plot(t *testing.T, all []*backtest) string {
	t.Helper()
	const size, edge = 420.0, 50.0
	x := func(p float64) float64 { return edge + p*size }
	y := func(p float64) float64 { return edge + (1-p)*size }
	colours := []string{"#93c5fd", "#60a5fa", "#2563eb", "#a7f3d0", "#6ee7b7", "#34d399", "#10b981", "#059669", "#c4b5fd", "#a78bfa", "#8b5cf6", "#7c3aed", "#d1d5db", "#9ca3af", "#6b7280", "#4b5563", "#1f2937", "#d97706", "#dc2626"}
	var s strings.Builder
	fmt.Fprintf(&s, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1040 540\" font-family=\"sans-serif\" font-size=\"13\"><title>Stated chances and what came of them</title><rect width=\"1040\" height=\"540\" fill=\"#fff\"/>\n")
	fmt.Fprintf(&s, "<polygon points=\"%.0f,%.0f %.0f,%.0f %.0f,%.0f %.0f,%.0f %.0f,%.0f %.0f,%.0f\" fill=\"#eef2f7\"/>\n", x(0), y(0), x(0), y(0.05), x(0.95), y(1), x(1), y(1), x(1), y(0.95), x(0.05), y(0))
	for i := range 11 {
		p := float64(i) / 10
		fmt.Fprintf(&s, "<path d=\"M%.0f %.0fH%.0f\" stroke=\"#d1d5db\"/><text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%d</text><text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%d</text>\n", x(0), y(p), x(1), x(0)-8, y(p)+4, i*10, x(p), y(0)+20, i*10)
	}
	fmt.Fprintf(&s, "<path d=\"M%.0f %.0fL%.0f %.0f\" stroke=\"#6b7280\" stroke-dasharray=\"4 4\"/><text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">stated chance, %%</text><text x=\"14\" y=\"%.0f\" transform=\"rotate(-90 14 %.0f)\" text-anchor=\"middle\">reached, %%</text>\n", x(0), y(0), x(1), y(1), x(0.5), y(0)+42, y(0.5), y(0.5))
	for i, b := range all {
		line := ""
		for k, chance := range stated {
			r, _ := b.at(t, k)
			at := x(chance) + 1.1*(float64(i)-float64(len(all)-1)/2)
			fmt.Fprintf(&s, "<path d=\"M%.1f %.1fV%.1f\" stroke=\"%s\"/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", at, y(r.Interval.Low), y(r.Interval.High), colours[i], at, y(r.Share), colours[i])
			line += fmt.Sprintf(" %.1f,%.1f", at, y(r.Share))
		}
		fmt.Fprintf(&s, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.2\"/>\n", strings.TrimSpace(line), colours[i])
		fmt.Fprintf(&s, "<circle cx=\"500\" cy=\"%d\" r=\"4\" fill=\"%s\"/><text x=\"510\" y=\"%d\">%s</text>\n", 60+22*i, colours[i], 64+22*i, b.name)
	}
	s.WriteString("</svg>\n")
	return s.String()
}

// publish holds the documents to what was counted.
func publish(t *testing.T, table, picture string) {
	t.Helper()
	const path, image, begin, end = "../../docs/targets-calibration.md", "../../docs/images/targets-calibration.svg", "<!-- calibration: begin -->\n", "<!-- calibration: end -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	published, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the place of the table is missing")
	}
	if *update {
		for file, content := range map[string]string{path: head + begin + table + end + tail, image: picture} {
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	drawn, err := os.ReadFile(image)
	if err != nil || published != table || string(drawn) != picture {
		t.Errorf("the page says\n%s\nand counted is\n%s (%v)", published, table, err)
	}
}
