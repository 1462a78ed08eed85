package ui

import "math/big"

// TrendView is a figure of periods: what was, as columns or as a line, what it was to be, and what it was a year before. It is drawn by the server
// and needs no script; the table beneath has the same figures in full, and is what a screen reader is given.
type TrendView struct {
	ID         string // of the figure
	LabelledBy string // id of the card's heading; or Label
	Label      string
	Line       bool // a rate: a line, whose axis may begin above zero
	Period     string
	Actual     string // names of the series; without one the series is not drawn
	Target     string
	Before     string
	Points     []TrendPoint
	Band       *TrendBand
	Axis       func(*big.Rat) string // writes a value at the axis, shortly
	Note       string
	Tall       bool // for a screen that is seen from afar
}

// TrendBand is what the values of a calm process lie within.
type TrendBand struct {
	Low, High *big.Rat
	Label     string
}

// TrendPoint is one period.
type TrendPoint struct {
	Tick    string // at the axis
	Name    string // in the table
	Actual  TrendValue
	Target  TrendValue
	Before  TrendValue
	Running bool   // the period is not over
	Signal  bool   // outside of the band
	URL     string // of the name in the table
	Press   string // where pressing the point leads: the rows behind it; empty: nowhere
}

// TrendValue is a value with its text in full; without a value the text says why there is none.
type TrendValue struct {
	Value *big.Rat
	Text  string
}

// trendLeast is how many points a figure needs; fewer are a table alone.
const trendLeast = 3

// The measures of the drawing in pixels: only heights, widths are shares.
const (
	trendTop, trendFoot        = 14, 26
	trendHeight, trendTallness = 232, 420
	trendLines                 = 4 // about so many lines of the grid
)

type trendColumn struct {
	x, width, y, height, class, title string
	signal                            bool
	middle                            string
}

// trendPress is the strip over a point that can be pressed. The last one is reached by the tab key, the others from there by the arrow keys.
type trendPress struct{ x, width, url, name, tab string }

type trendStroke struct{ x1, y1, x2, y2 string }

type trendText struct {
	x, y, text string
	second     bool // left out where there is little room
}

// trendDrawing is a TrendView in coordinates.
type trendDrawing struct {
	height  string
	foot    string
	grid    []trendText
	ticks   []trendText
	columns []trendColumn
	dots    []trendColumn
	actual  []trendStroke
	target  []trendStroke
	before  []trendStroke
	band    *trendColumn
	presses []trendPress
}

// scale is the range of an axis in steps of its lines.
type scale struct {
	low, high, step *big.Rat
	top, bottom     int
}

func (v TrendView) drawn() bool {
	known := 0
	for _, p := range v.Points {
		if p.Actual.Value != nil {
			known++
		}
	}
	return known >= trendLeast
}

// scaled finds the range that holds all values, in round steps.
func (v TrendView) scaled(height int) scale {
	var low, high *big.Rat
	hold := func(value *big.Rat) {
		if value == nil {
			return
		}
		if low == nil {
			low, high = value, value
		}
		low, high = lesser(low, value), greater(high, value)
	}
	for _, p := range v.Points {
		hold(p.Actual.Value)
		if v.Target != "" {
			hold(p.Target.Value)
		}
		if v.Before != "" {
			hold(p.Before.Value)
		}
	}
	if v.Band != nil {
		hold(v.Band.Low)
		hold(v.Band.High)
	}
	zero := new(big.Rat)
	if low == nil {
		low, high = zero, big.NewRat(1, 1)
	}
	// The axis of a rate may begin above zero when its values lie far from it; that of columns never does.
	if !v.Line || new(big.Rat).Mul(low, big.NewRat(2, 1)).Cmp(high) < 0 {
		low = lesser(low, zero)
	}
	if !v.Line {
		high = greater(high, zero)
	}
	step := roundStep(new(big.Rat).Quo(new(big.Rat).Sub(high, low), big.NewRat(trendLines, 1)))
	s := scale{low: floorTo(low, step), step: step, top: trendTop, bottom: height - trendFoot}
	s.high = new(big.Rat).Neg(floorTo(new(big.Rat).Neg(high), step))
	if s.high.Cmp(s.low) <= 0 {
		s.high = new(big.Rat).Add(s.low, step)
	}
	return s
}

// roundStep is the least of 1, 2, 2.5 and 5 times a power of ten that is not less than the value; 1 for nothing.
func roundStep(value *big.Rat) *big.Rat {
	if value.Sign() <= 0 {
		return big.NewRat(1, 1)
	}
	unit, ten := big.NewRat(1, 1), big.NewRat(10, 1)
	for unit.Cmp(value) > 0 {
		unit = new(big.Rat).Quo(unit, ten)
	}
	for new(big.Rat).Mul(unit, ten).Cmp(value) <= 0 {
		unit = new(big.Rat).Mul(unit, ten)
	}
	for _, factor := range []*big.Rat{big.NewRat(1, 1), big.NewRat(2, 1), big.NewRat(5, 2), big.NewRat(5, 1)} {
		if step := new(big.Rat).Mul(unit, factor); step.Cmp(value) >= 0 {
			return step
		}
	}
	return new(big.Rat).Mul(unit, ten)
}

// floorTo is the greatest multiple of the step that is not greater than the value.
func floorTo(value, step *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(value, step)
	whole := new(big.Int).Div(q.Num(), q.Denom()) // Euclidean: downwards for a positive denominator
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), step)
}

// y places a value.
func (s scale) y(value *big.Rat) *big.Rat {
	share := new(big.Rat).Quo(new(big.Rat).Sub(value, s.low), new(big.Rat).Sub(s.high, s.low))
	room := big.NewRat(int64(s.bottom-s.top), 1)
	return new(big.Rat).Sub(big.NewRat(int64(s.bottom), 1), share.Mul(share, room))
}

func short(value *big.Rat) string { return hundredth{value}.text() }

// slot is the middle of the i-th of n equal parts of the width.
func slot(i, n int) *big.Rat { return big.NewRat(int64(2*i+1)*50, int64(n)) }

func (v TrendView) draw() trendDrawing {
	height := trendHeight
	if v.Tall {
		height = trendTallness
	}
	s, n := v.scaled(height), len(v.Points)
	d := trendDrawing{height: px(height), foot: px(height - 8)}
	for value := s.low; value.Cmp(s.high) <= 0; value = new(big.Rat).Add(value, s.step) {
		text := value.FloatString(0)
		if v.Axis != nil {
			text = v.Axis(value)
		}
		d.grid = append(d.grid, trendText{y: short(s.y(value)), text: text})
	}
	for i, p := range v.Points {
		x := short(slot(i, n)) + "%"
		d.ticks = append(d.ticks, trendText{x: x, text: p.Tick, second: n > 6 && (n-1-i)%2 == 1})
		if p.Press != "" {
			for k := range d.presses {
				d.presses[k].tab = "-1"
			}
			d.presses = append(d.presses, trendPress{short(new(big.Rat).Sub(slot(i, n), big.NewRat(50, int64(n)))) + "%", short(big.NewRat(100, int64(n))) + "%", p.Press, p.Name + " · " + p.Actual.Text, "0"})
		}
		if p.Actual.Value == nil {
			continue
		}
		mark := v.column(s, p, i, n)
		mark.middle = x
		if v.Line {
			d.dots = append(d.dots, mark)
		} else {
			d.columns = append(d.columns, mark)
		}
	}
	if v.Line {
		d.actual = v.strokes(s, func(p TrendPoint) *big.Rat { return p.Actual.Value })
	}
	if v.Target != "" {
		d.target = v.strokes(s, func(p TrendPoint) *big.Rat { return p.Target.Value })
	}
	if v.Before != "" {
		d.before = v.strokes(s, func(p TrendPoint) *big.Rat { return p.Before.Value })
	}
	if v.Band != nil {
		top, bottom := s.y(v.Band.High), s.y(v.Band.Low)
		d.band = &trendColumn{y: short(top), height: short(new(big.Rat).Sub(bottom, top)), title: v.Band.Label}
	}
	return d
}

// column places one column, or the dot of a line, from the zero line to the value.
func (v TrendView) column(s scale, p TrendPoint, i, n int) trendColumn {
	from, to := s.y(greater(s.low, new(big.Rat))), s.y(p.Actual.Value)
	if v.Line {
		from = to
	}
	top := lesser(from, to)
	tall := new(big.Rat).Sub(greater(from, to), top)
	wide := big.NewRat(62, int64(n)) // of the hundred
	c := trendColumn{x: short(new(big.Rat).Sub(slot(i, n), new(big.Rat).Quo(wide, big.NewRat(2, 1)))) + "%", width: short(wide) + "%", y: short(top), height: short(tall), title: p.Name + " · " + p.Actual.Text, signal: p.Signal}
	if p.Running {
		c.class = "run"
	}
	return c
}

// strokes joins neighbouring values; a gap stays a gap.
func (v TrendView) strokes(s scale, value func(TrendPoint) *big.Rat) (strokes []trendStroke) {
	n := len(v.Points)
	for i := 1; i < n; i++ {
		a, b := value(v.Points[i-1]), value(v.Points[i])
		if a == nil || b == nil {
			continue
		}
		strokes = append(strokes, trendStroke{short(slot(i-1, n)) + "%", short(s.y(a)), short(slot(i, n)) + "%", short(s.y(b))})
	}
	return strokes
}

// table is the figure in words: the newest period first.
func (v TrendView) table() TableView {
	table := TableView{Label: v.Label, Columns: []Column{{Label: v.Period, Phone: true}, {Label: v.Actual, Kind: ColumnNumber, Phone: true}}}
	if v.Target != "" {
		table.Columns = append(table.Columns, Column{Label: v.Target, Kind: ColumnNumber, Phone: true})
	}
	if v.Before != "" {
		table.Columns = append(table.Columns, Column{Label: v.Before, Kind: ColumnNumber, Phone: true})
	}
	for i := range v.Points {
		p := v.Points[len(v.Points)-1-i]
		cells := []Cell{{Text: p.Name, URL: p.URL}, Text(p.Actual.Text)}
		if p.Signal {
			cells[1].Icon, cells[1].Strong = "alert-triangle", true
		}
		if v.Target != "" {
			cells = append(cells, Text(p.Target.Text))
		}
		if v.Before != "" {
			cells = append(cells, Text(p.Before.Text))
		}
		table.Rows = append(table.Rows, Row{Cells: cells})
	}
	return table
}

// legend names the series that are drawn.
func (v TrendView) legend() (list []Legend) {
	add := func(class, label string) {
		if label != "" {
			list = append(list, Legend{class, label})
		}
	}
	add("", v.Actual)
	add("dash", v.Target)
	add("dot", v.Before)
	if v.Band != nil {
		add("t", v.Band.Label)
	}
	return list
}
