package paper

import (
	"fmt"
	"strconv"
	"strings"
)

// Chart is a picture of numbers. A PDF draws it; Word draws it itself from the numbers that it is given.
type Chart struct {
	Title  string
	Bars   bool     // lying bars, one below the other; standing columns and lines otherwise
	Falls  bool     // the first column and the last are whole, those between are steps that begin where the one before ends
	Labels []string // of the points
	Series []Series
	// Digits is how many decimals the numbers have: 6 makes parts per million a share.
	Digits int
	Format string                 // of the numbers, as Word and Excel write formats: "#,##0", "0.0%"
	Write  func(int64) string     // writes a number shortly, at the axis and beside bars; nil writes it as it is
	Mark   func(point int) string // is written at a point besides, such as that it is a signal; nil: nothing
}

// Series is one row of numbers of a chart.
type Series struct {
	Name   string
	Line   bool // a line through the points; columns otherwise
	Dashed bool // a target, a year before
	Over   bool // its columns stand where those of the columns before do: they have no points in common
	Points []Point
}

// Point is a number; one that is not known leaves a gap.
type Point struct {
	Value int64
	Known bool
}

// Picture makes a block of a chart.
func Picture(c Chart) Block { return Block{Kind: KindChart, Chart: &c} }

// Note makes a block that stands beside the text: what somebody has remarked on it, under a line that says who and when.
func Note(head, text string) Block { return Block{Kind: KindNote, Head: []string{head}, Text: text} }

// colours are those of the series in their order, as the pages have them: red, green and blue of 255.
var colours = [][3]int{{0x1c, 0x5d, 0x74}, {0xa0, 0x85, 0x60}, {0x7a, 0x8e, 0xae}, {0x5b, 0x8c, 0x5a}, {0x9c, 0x5b, 0x6b}, {0x6d, 0x6a, 0x9c}}

// quiet is the colour of what is only compared with.
var quiet = [3]int{0x9b, 0x96, 0x8a}

func (s *Series) colour(at int) [3]int {
	if s.Dashed {
		return quiet
	}
	return colours[at%len(colours)]
}

func (c *Chart) write(value int64) string {
	if c.Write != nil {
		return c.Write(value)
	}
	return c.decimal(value)
}

// decimal writes a number with its decimals, as files hold it.
func (c *Chart) decimal(value int64) string {
	if c.Digits == 0 {
		return strconv.FormatInt(value, 10)
	}
	sign, digits := "", strconv.FormatInt(value, 10)
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if lack := c.Digits + 1 - len(digits); lack > 0 {
		digits = strings.Repeat("0", lack) + digits
	}
	at := len(digits) - c.Digits
	return sign + strings.TrimRight(strings.TrimRight(digits[:at]+"."+digits[at:], "0"), ".")
}

// reach is from where to where the column of a point goes.
func (c *Chart) reach(series *Series, i int) (from, to int64) {
	last := len(series.Points) - 1
	if !c.Falls || i == 0 || i == last {
		return 0, series.Points[i].Value
	}
	for k := range i {
		if series.Points[k].Known {
			from += series.Points[k].Value
		}
	}
	return from, from + series.Points[i].Value
}

// span is the range of the numbers; zero is in it unless all of them are lines far from it.
func (c *Chart) span() (low, high int64) {
	first, columns := true, c.Bars
	for i := range c.Series {
		s := &c.Series[i]
		columns = columns || !s.Line
		for k, p := range s.Points {
			if !p.Known {
				continue
			}
			_, value := c.reach(s, k)
			if first {
				low, high, first = value, value, false
			}
			low, high = min(low, value), max(high, value)
		}
	}
	if columns || low < high/2 {
		low = min(low, 0)
	}
	if columns {
		high = max(high, 0)
	}
	if low == high {
		high = low + 1
	}
	return low, high
}

// axis is the range in round steps, four to six of them.
func (c *Chart) axis() (low, high, step int64) {
	low, high = c.span()
	const most = 1 << 60
	low, high = max(low, -most), min(high, most)
	unit := int64(1)
	for unit*10 <= (high-low)/4 {
		unit *= 10
	}
	step = unit
	for _, factor := range []int64{1, 2, 5, 10} {
		if step = unit * factor; step*4 >= high-low {
			break
		}
	}
	down := low / step * step
	if down > low {
		down -= step
	}
	up := high / step * step
	if up < high {
		up += step
	}
	return down, up, step
}

// standing is how many columns stand beside each other, and at which of them each series does.
func (c *Chart) standing() (n int, places []int) {
	places = make([]int, len(c.Series))
	for i := range c.Series {
		if s := &c.Series[i]; !s.Line && (!s.Over || n == 0) {
			n++
		}
		places[i] = max(n-1, 0)
	}
	return n, places
}

// columnColour is that of a column: steps down have one of their own.
func (c *Chart) columnColour(series *Series, k, i int) [3]int {
	if c.Falls && i > 0 && i < len(series.Points)-1 {
		if series.Points[i].Value < 0 {
			return colours[4]
		}
		return colours[3]
	}
	return series.colour(k)
}

// The measures of a chart in a PDF, in millipoints, and the size of its type in points.
const (
	chartHigh, chartAxis, chartFoot, chartHead = 130_000, 52_000, 14_000, 20_000
	chartRow, chartName, chartValue            = 15_000, 110_000, 62_000
	chartRowsMost                              = 40 // bars on a page
	sizeChart                                  = 8
)

// chart draws a chart at the place there is, or on a new page.
func (l *layouter) chart(c *Chart) {
	if len(c.Labels) == 0 || len(c.Series) == 0 {
		return
	}
	high := chartHead + chartHigh + chartFoot
	if c.Bars {
		high = chartHead + min(len(c.Labels), chartRowsMost)*chartRow
	}
	if c.Title != "" {
		high += sizeText * leading
	}
	l.room(high)
	if c.Title != "" {
		l.y -= sizeText * leading
		l.draw(len(l.pages)-1, margin, l.y, l.fitting(c.Title, sizeText, textWidth), sizeText, true)
	}
	l.legend(c)
	if c.Bars {
		l.bars(c)
	} else {
		l.columns(c)
	}
	l.y -= sizeText * em
}

func (l *layouter) sketch() *strings.Builder { return l.pages[len(l.pages)-1].content }

func fill(s *strings.Builder, colour [3]int, x, y, w, h int) {
	fmt.Fprintf(s, "%s rg %s %s %s %s re f 0 g\n", shade(colour), points(x), points(y), points(w), points(h))
}

func shade(colour [3]int) string {
	part := func(n int) string { return points(n * em / 255) }
	return part(colour[0]) + " " + part(colour[1]) + " " + part(colour[2])
}

func stroke(s *strings.Builder, colour [3]int, dash string, x1, y1, x2, y2 int) {
	fmt.Fprintf(s, "%s RG 1.2 w [%s] 0 d %s %s m %s %s l S [] 0 d 0 G\n", shade(colour), dash, points(x1), points(y1), points(x2), points(y2))
}

const dashes = "3 2"

func (s *Series) dash() string {
	if s.Dashed {
		return dashes
	}
	return ""
}

// legend names the series; one alone is named by the title.
func (l *layouter) legend(c *Chart) {
	l.y -= chartHead
	if len(c.Series) < 2 {
		return
	}
	x := margin
	for i := range c.Series {
		s := &c.Series[i]
		if s.Line || s.Dashed {
			stroke(l.sketch(), s.colour(i), s.dash(), x, l.y+11_000, x+12_000, l.y+11_000)
		} else {
			fill(l.sketch(), s.colour(i), x, l.y+8_000, 12_000, 6_000)
		}
		l.draw(len(l.pages)-1, x+15_000, l.y+8_000, s.Name, sizeChart, false)
		x += 27_000 + l.width(s.Name, sizeChart)
	}
}

// scaled is a length for a part of a range, without overflow.
func scaled(room int, part, whole int64) int {
	for whole > 1<<40 {
		part, whole = part>>8, whole>>8
	}
	return int(int64(room) * part / max(whole, 1))
}

// columns draws standing columns and lines over an axis.
func (l *layouter) columns(c *Chart) {
	low, high, step := c.axis()
	left, right, bottom := margin+chartAxis, margin+textWidth, l.y-chartHigh
	at := func(value int64) int { return bottom + scaled(chartHigh, value-low, high-low) }
	s, page := l.sketch(), len(l.pages)-1
	for value := low; value <= high; value += step {
		fmt.Fprintf(s, "0.85 G 0.4 w %s %s m %s %s l S 0 G\n", points(left), points(at(value)), points(right), points(at(value)))
		text := c.write(value)
		l.draw(page, left-4_000-l.width(text, sizeChart), at(value)-3_000, text, sizeChart, false)
	}
	n := len(c.Labels)
	middle := func(i int) int { return left + (2*i+1)*(right-left)/(2*n) }
	standing, places := c.standing()
	wide := (right - left) * 62 / (100 * n * max(standing, 1))
	for k := range c.Series {
		series := &c.Series[k]
		for i, p := range series.Points[:min(n, len(series.Points))] {
			switch {
			case !p.Known:
			case series.Line:
				if i > 0 && series.Points[i-1].Known {
					stroke(s, series.colour(k), series.dash(), middle(i-1), at(series.Points[i-1].Value), middle(i), at(p.Value))
				}
				if !series.Dashed {
					fill(s, series.colour(k), middle(i)-1_500, at(p.Value)-1_500, 3_000, 3_000)
				}
			default:
				begin, end := c.reach(series, i)
				from, to := at(max(low, begin)), at(end)
				fill(s, c.columnColour(series, k, i), middle(i)-standing*wide/2+places[k]*wide, min(from, to), wide, max(from, to)-min(from, to))
			}
			if k == 0 && c.Mark != nil && p.Known && c.Mark(i) != "" {
				mark := c.Mark(i)
				l.draw(page, middle(i)-l.width(mark, sizeChart)/2, at(p.Value)+3_000, mark, sizeChart, true)
			}
		}
	}
	every := 1
	for i := range c.Labels {
		for l.width(c.Labels[i], sizeChart) > (right-left)*every/n && every < n {
			every++
		}
	}
	for i := range c.Labels {
		if (n-1-i)%every == 0 {
			l.draw(page, middle(i)-l.width(c.Labels[i], sizeChart)/2, bottom-chartFoot+4_000, c.Labels[i], sizeChart, false)
		}
	}
	l.y = bottom - chartFoot
}

// bars draws a lying bar for each label, its number at its end; a dashed series is a tick.
func (l *layouter) bars(c *Chart) {
	low, high := c.span()
	left := margin + chartName
	room := textWidth - chartName - chartValue
	at := func(value int64) int { return left + scaled(room, value-low, high-low) }
	for i, label := range c.Labels {
		if l.y-chartRow < textBottom {
			l.newPage()
		}
		l.y -= chartRow
		s, page := l.sketch(), len(l.pages)-1
		l.draw(page, margin, l.y+4_000, l.fitting(label, sizeChart, chartName-6_000), sizeChart, false)
		end := left
		for k := range c.Series {
			series := &c.Series[k]
			if i >= len(series.Points) || !series.Points[i].Known {
				continue
			}
			value := series.Points[i].Value
			if series.Dashed {
				stroke(s, [3]int{0x1d, 0x25, 0x29}, "", at(value), l.y+1_000, at(value), l.y+chartRow-1_000)
				continue
			}
			from, to := at(max(low, 0)), at(value)
			fill(s, series.colour(k), min(from, to), l.y+3_000, max(from, to)-min(from, to), chartRow-6_000)
			end = max(end, from, to)
		}
		text := unknownMark
		if points := c.Series[0].Points; i < len(points) && points[i].Known {
			text = c.write(points[i].Value)
		}
		l.draw(page, max(end, left)+4_000, l.y+4_000, text, sizeChart, false)
	}
}

// unknownMark stands where a number is not known.
const unknownMark = "–"
