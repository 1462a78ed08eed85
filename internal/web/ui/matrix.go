package ui

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// MatrixView places things by what they take (across) and what they bring (up), in four quarters. It is drawn by the server; the sentence is what a screen
// reader is given, and a table with the same things and numbers stands beside it.
type MatrixView struct {
	ID       string
	Sentence string
	Across   string    // name of the axis
	Up       string    // likewise
	Corners  [4]string // top left, top right, bottom left, bottom right; the first is tinted
	Legend   []Legend  // classes are those of marks: h1, h2, h3
	Marks    []MatrixMark
}

// MatrixMark is one thing. Across and Up are thousandths of the axes.
type MatrixMark struct {
	Number     int
	Across, Up int64
	Class      string // h1 a circle, h2 a square, h3 a diamond
	Faint      bool
	Title      string
}

const (
	matrixWide, matrixHigh = 400, 330
	matrixLeft, matrixFoot = 28, 30
	matrixMargin           = 8
	matrixInner            = 20 // marks keep away from the edges
	matrixApart            = 25 // marks at one place stand beside each other
)

// Matrix draws it.
func Matrix(v MatrixView) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		v.draw(&b)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func (v MatrixView) draw(b *strings.Builder) {
	left, top, right, bottom := matrixLeft, matrixMargin, matrixWide-matrixMargin, matrixHigh-matrixFoot
	middleX, middleY := (left+right)/2, (top+bottom)/2
	fmt.Fprintf(b, `<figure class="xg-matrix" id="%s"><div class="lgs">`, templ.EscapeString(v.ID))
	for _, l := range v.Legend {
		fmt.Fprintf(b, `<span class="xg-mk %s"><svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">%s</svg>%s</span>`, l.Class, shape(l.Class, 7, 7, 5), templ.EscapeString(l.Label))
	}
	fmt.Fprintf(b, `</div><svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, matrixWide, matrixHigh, templ.EscapeString(v.Sentence))
	fmt.Fprintf(b, `<rect class="first" x="%d" y="%d" width="%d" height="%d"></rect>`, left, top, middleX-left, middleY-top)
	fmt.Fprintf(b, `<path class="cross" d="M%d %dV%dH%d M%d %dV%d M%d %dH%d"></path>`, left, top, bottom, right, middleX, top, bottom, left, middleY, right)
	for i, text := range v.Corners {
		x, y, anchor := left+6, top+16, "start"
		if i%2 == 1 {
			x, anchor = right-4, "end"
		}
		if i > 1 {
			y = bottom - 8
		}
		fmt.Fprintf(b, `<text class="cn" x="%d" y="%d" text-anchor="%s">%s</text>`, x, y, anchor, templ.EscapeString(text))
	}
	fmt.Fprintf(b, `<text class="ax" x="%d" y="%d" text-anchor="middle">%s →</text>`, (left+right)/2, matrixHigh-8, templ.EscapeString(v.Across))
	fmt.Fprintf(b, `<text class="ax" x="14" y="%d" text-anchor="middle" transform="rotate(-90 14 %[1]d)">%s →</text>`, middleY, templ.EscapeString(v.Up))
	v.marks(b, left+matrixInner, top+matrixInner, right-left-2*matrixInner, bottom-top-2*matrixInner)
	b.WriteString(`</svg></figure>`)
}

// marks are placed from left to right; one that would cover another moves down, or up at the foot.
func (v MatrixView) marks(b *strings.Builder, left, top, wide, high int) {
	type point struct{ x, y int }
	var taken []point
	free := func(p point) bool {
		return !slices.ContainsFunc(taken, func(q point) bool {
			return max(p.x-q.x, q.x-p.x) < matrixApart && max(p.y-q.y, q.y-p.y) < matrixApart
		})
	}
	for _, m := range v.Marks {
		p := point{left + int(min(max(m.Across, 0), 1000))*wide/1000, top + high - int(min(max(m.Up, 0), 1000))*high/1000}
		for tries := 1; !free(p) && tries < 40; tries++ {
			step := (tries + 1) / 2 * matrixApart / 2
			if tries%2 == 0 {
				step = -step
			}
			if moved := (point{p.x + step, p.y}); moved.x >= left && moved.x <= left+wide && free(moved) {
				p = moved
			} else if moved := (point{p.x, p.y + step}); moved.y >= top && moved.y <= top+high && free(moved) {
				p = moved
			}
		}
		taken = append(taken, p)
		class := m.Class
		if m.Faint {
			class += " faint"
		}
		fmt.Fprintf(b, `<g class="mk %s"><title>%s</title>%s<text x="%d" y="%d" text-anchor="middle">%d</text></g>`, class, templ.EscapeString(m.Title), shape(m.Class, p.x, p.y, 11), p.x, p.y+4, m.Number)
	}
}

// shape is a circle, a square or a diamond about a point.
func shape(class string, x, y, r int) string {
	switch class {
	case "h2":
		return fmt.Sprintf(`<rect x="%d" y="%d" width="%d" height="%d" rx="3"></rect>`, x-r+1, y-r+1, 2*r-2, 2*r-2)
	case "h3":
		return fmt.Sprintf(`<path d="M%d %dl%d %dl%d %dl%d %dZ"></path>`, x, y-r-1, r+1, r+1, -r-1, r+1, -r-1, -r-1)
	}
	return fmt.Sprintf(`<circle cx="%d" cy="%d" r="%d"></circle>`, x, y, r)
}
