package ui

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/a-h/templ"
)

// RadarView sets sides of one thing beside each other, each on its own axis of the same length, now and before. It is drawn by the server; the sentence is what
// a screen reader is given, and a table with the same figures stands beside it.
type RadarView struct {
	ID       string
	Sentence string // everything that the figure says
	Most     int64  // length of an axis
	Rings    int64
	Now      string // name of what is drawn as a line
	Before   string // name of what is dashed; empty for nothing
	Axes     []RadarAxis
}

// RadarAxis is one side. Values are in the unit of Most; below zero there is none.
type RadarAxis struct {
	Name   string
	Text   string // the value as it is written beside the point
	Now    int64
	Before int64
}

// The measures of the drawing: the room beside the circle is for names.
const (
	radarWide, radarHigh   = 380, 292
	radarAcross, radarDown = 190, 146
	radarRadius            = 92
	radarNameLine          = 15 // characters of a line of a name, counted by width
)

type radarDrawing struct {
	RadarView
	b strings.Builder
}

// Radar draws it. Fewer than three axes make no figure.
func Radar(v RadarView) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		d := radarDrawing{RadarView: v}
		if len(v.Axes) >= 3 {
			d.draw()
		}
		_, err := io.WriteString(w, d.b.String())
		return err
	})
}

// at is the point of an axis at a distance from the middle.
func (d *radarDrawing) at(i int, distance float64) (x, y float64) {
	angle := 2*math.Pi*float64(i)/float64(len(d.Axes)) - math.Pi/2
	return radarAcross + distance*math.Cos(angle), radarDown + distance*math.Sin(angle)
}

func (d *radarDrawing) far(value int64) float64 {
	return radarRadius * float64(min(max(value, 0), d.Most)) / float64(max(d.Most, 1))
}

func (d *radarDrawing) draw() {
	fmt.Fprintf(&d.b, `<figure class="xg-radar" id="%s"><div class="lgs"><span class="lg"><i></i>%s</span>`, templ.EscapeString(d.ID), templ.EscapeString(d.Now))
	if d.Before != "" {
		fmt.Fprintf(&d.b, `<span class="lg"><i class="dash"></i>%s</span>`, templ.EscapeString(d.Before))
	}
	fmt.Fprintf(&d.b, `</div><svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, radarWide, radarHigh, templ.EscapeString(d.Sentence))
	for ring := int64(1); ring <= d.Rings; ring++ {
		d.closed("ring", func(int) float64 { return radarRadius * float64(ring) / float64(d.Rings) })
	}
	for i := range d.Axes {
		x, y := d.at(i, radarRadius)
		class := "axis"
		if d.Axes[i].Now < 0 {
			class = "axis none"
		}
		fmt.Fprintf(&d.b, `<line class="%s" x1="%d" y1="%d" x2="%.1f" y2="%.1f"></line>`, class, radarAcross, radarDown, x, y)
	}
	if d.Before != "" {
		d.line("bef", func(a RadarAxis) int64 { return a.Before })
	}
	d.line("now", func(a RadarAxis) int64 { return a.Now })
	for i, a := range d.Axes {
		if a.Now >= 0 {
			x, y := d.at(i, d.far(a.Now))
			fmt.Fprintf(&d.b, `<circle class="dot" cx="%.1f" cy="%.1f" r="3.5"></circle>`, x, y)
		}
	}
	for i, a := range d.Axes {
		d.name(i, a)
	}
	d.b.WriteString(`</svg></figure>`)
}

func (d *radarDrawing) closed(class string, far func(i int) float64) {
	fmt.Fprintf(&d.b, `<path class="%s" d="`, class)
	for i := range d.Axes {
		x, y := d.at(i, far(i))
		fmt.Fprintf(&d.b, "%c%.1f %.1f", "ML"[min(i, 1)], x, y)
	}
	d.b.WriteString(`Z"></path>`)
}

// line joins neighbouring values; where one is missing there is a gap and no area.
func (d *radarDrawing) line(class string, value func(RadarAxis) int64) {
	whole := true
	for _, a := range d.Axes {
		whole = whole && value(a) >= 0
	}
	if whole {
		d.closed(class, func(i int) float64 { return d.far(value(d.Axes[i])) })
		return
	}
	for i, a := range d.Axes {
		next := (i + 1) % len(d.Axes)
		if value(a) < 0 || value(d.Axes[next]) < 0 {
			continue
		}
		x1, y1 := d.at(i, d.far(value(a)))
		x2, y2 := d.at(next, d.far(value(d.Axes[next])))
		fmt.Fprintf(&d.b, `<path class="%s open" d="M%.1f %.1fL%.1f %.1f"></path>`, class, x1, y1, x2, y2)
	}
}

// name writes an axis' name and value outside of it.
func (d *radarDrawing) name(i int, a RadarAxis) {
	x, y := d.at(i, radarRadius+12)
	anchor := "middle"
	switch {
	case x > radarAcross+8:
		anchor = "start"
	case x < radarAcross-8:
		anchor = "end"
	}
	lines := broken(a.Name)
	top := y - float64(len(lines))*7 + 6
	switch {
	case y < radarDown-radarRadius: // above: grows upwards
		top = y - float64(len(lines))*14 + 4
	case y > radarDown+radarRadius*3/4:
		top = y + 8
	}
	for n, line := range lines {
		fmt.Fprintf(&d.b, `<text class="nm" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, top+float64(n)*14, anchor, templ.EscapeString(line))
	}
	fmt.Fprintf(&d.b, `<text class="vl" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, top+float64(len(lines))*14, anchor, templ.EscapeString(a.Text))
}

// broken divides a name at blanks into lines that fit beside the circle. Han characters are twice as wide.
func broken(name string) (lines []string) {
	wide, line := 0, ""
	for word := range strings.FieldsSeq(name) {
		n := 0
		for _, r := range word {
			if n++; r > 0x2e80 {
				n++
			}
		}
		if line != "" && wide+1+n > radarNameLine {
			lines, line, wide = append(lines, line), "", 0
		}
		if line != "" {
			line, wide = line+" ", wide+1
		}
		line, wide = line+word, wide+n
	}
	return append(lines, line)
}
