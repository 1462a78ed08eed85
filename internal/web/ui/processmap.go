package ui

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// MapView is a process as boxes and arrows, from top to bottom. It is drawn here, without a script; a table beside it says the same in words.
type MapView struct {
	Label string // accessible name
	Nodes []MapNode
	Edges []MapEdge
	Rows  int
	Wide  int // boxes of the widest row
}

// MapNode is a box. Row and Column count from 0; Wide is how many stand in its row.
type MapNode struct {
	Title, Sub        string
	Hint              string // on hover
	Row, Column, Wide int
	Tone              Tone
}

// MapEdge is an arrow between two boxes, by their places in Nodes. Weight is from 1, thin, to 6.
type MapEdge struct {
	From, To int
	Way      MapWay
	Lane     int // of arrows that pass others
	Label    string
	Hint     string
	Weight   int
	Slow     bool // where the time goes
}

// MapWay is how an arrow goes.
type MapWay string

// The ways of an arrow: to the next row, past rows downwards on the left, back up on the right, within a row, to itself.
const (
	MapDown  MapWay = "down"
	MapSkip  MapWay = "skip"
	MapBack  MapWay = "back"
	MapAside MapWay = "aside"
	MapLoop  MapWay = "loop"
)

// The measures of the drawing in pixels.
const (
	mapBoxWide   = 148
	mapBoxHigh   = 46
	mapColumn    = 196
	mapRow       = 104
	mapLane      = 92
	mapLaneInset = 8
	mapAside     = 36
	mapMargin    = 10
	mapLabelStep = 18
	mapLabelGap  = 6
)

type mapDrawing struct {
	MapView
	b           strings.Builder
	left, right int // lanes on either side
}

// ProcessMap draws a map.
func ProcessMap(v MapView) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		d := mapDrawing{MapView: v}
		for _, e := range v.Edges {
			switch e.Way {
			case MapSkip:
				d.left = max(d.left, e.Lane+1)
			case MapBack:
				d.right = max(d.right, e.Lane+1)
			}
		}
		d.draw()
		_, err := io.WriteString(w, d.b.String())
		return err
	})
}

func (d *mapDrawing) draw() {
	wide := 2*mapMargin + (d.left+d.right)*mapLane + max(d.Wide, 1)*mapColumn
	high := 2*mapMargin + max(d.Rows, 1)*mapRow - (mapRow - mapBoxHigh)
	fmt.Fprintf(&d.b, `<div class="xg-map" tabindex="0" role="region" aria-label="%s"><svg width="%d" height="%d" viewBox="0 0 %[2]d %[3]d" role="img" aria-label="%[1]s">`, templ.EscapeString(d.Label), wide, high)
	d.b.WriteString(`<defs><marker id="map-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"></path></marker></defs>`)
	for _, e := range d.Edges {
		d.edge(e)
	}
	for _, n := range d.Nodes {
		d.node(n)
	}
	for i, e := range d.Edges { // above the boxes: a figure that is half hidden is none
		d.label(i, e)
	}
	d.b.WriteString(`</svg></div>`)
}

// centre is the middle of a box.
func (d *mapDrawing) centre(n MapNode) (x, y int) {
	row := max(n.Wide, 1) * mapColumn
	x = mapMargin + d.left*mapLane + (max(d.Wide, 1)*mapColumn-row)/2 + n.Column*mapColumn + mapColumn/2
	return x, mapMargin + n.Row*mapRow + mapBoxHigh/2
}

func (d *mapDrawing) node(n MapNode) {
	x, y := d.centre(n)
	class := "n"
	if n.Tone != ToneNone {
		class += " " + string(n.Tone)
	}
	fmt.Fprintf(&d.b, `<g class="%s"><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="8"></rect><text class="t" x="%d" y="%d" text-anchor="middle">%s</text><text class="s" x="%d" y="%d" text-anchor="middle">%s</text></g>`,
		class, templ.EscapeString(n.Hint), x-mapBoxWide/2, y-mapBoxHigh/2, mapBoxWide, mapBoxHigh, x, y-3, templ.EscapeString(n.Title), x, y+15, templ.EscapeString(n.Sub))
}

// path is the way of an arrow, and where its label begins.
func (d *mapDrawing) path(e MapEdge) (path string, x, y int) {
	from, to := d.Nodes[e.From], d.Nodes[e.To]
	x1, y1 := d.centre(from)
	x2, y2 := d.centre(to)
	switch e.Way {
	case MapSkip:
		lane := mapMargin + (d.left-1-e.Lane)*mapLane + mapLaneInset
		start, end := anchor{x1 - mapBoxWide/2, y1 + 8, lane, y1 + 8}, anchor{x2 - mapBoxWide/2, y2 - 8, lane, y2 - 8}
		if from.Column > 0 { // others stand in the way: out at the foot, in at the head
			start = anchor{x1 - mapAside, y1 + mapBoxHigh/2, x1 - mapAside, y1 + mapBoxHigh/2 + mapAside}
		}
		if to.Column > 0 {
			end = anchor{x2 - mapAside, y2 - mapBoxHigh/2, x2 - mapAside, y2 - mapBoxHigh/2 - mapAside}
		}
		return passing(start, end, lane)
	case MapBack:
		lane := mapMargin + d.left*mapLane + max(d.Wide, 1)*mapColumn + e.Lane*mapLane + mapLaneInset
		start, end := anchor{x1 + mapBoxWide/2, y1 - 8, lane, y1 - 8}, anchor{x2 + mapBoxWide/2, y2 + 8, lane, y2 + 8}
		if from.Column < from.Wide-1 {
			start = anchor{x1 + mapAside, y1 - mapBoxHigh/2, x1 + mapAside, y1 - mapBoxHigh/2 - mapAside}
		}
		if to.Column < to.Wide-1 {
			end = anchor{x2 + mapAside, y2 + mapBoxHigh/2, x2 + mapAside, y2 + mapBoxHigh/2 + mapAside}
		}
		return passing(start, end, lane)
	case MapAside:
		low := y1 + mapBoxHigh/2
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, low, x1, low+mapAside, x2, low+mapAside, x2, y2+mapBoxHigh/2), (x1 + x2) / 2, low + mapAside*3/4
	case MapLoop:
		right := x1 + mapBoxWide/2
		return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", right, y1-8, right+30, y1-24, right+30, y1+24, right, y1+8), right + 24, y1 - 14
	}
	top, bottom := y1+mapBoxHigh/2, y2-mapBoxHigh/2
	middle := (top + bottom) / 2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, top, x1, middle, x2, middle, x2, bottom), (x1+x2)/2 + mapLabelGap, middle
}

// anchor is where an arrow leaves or enters a box, and the point that it comes from or goes to there.
type anchor struct{ x, y, towardX, towardY int }

// passing is a way by a lane.
func passing(start, end anchor, lane int) (path string, x, y int) {
	middle := (start.y + end.y) / 2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %dS%d %d %d %d", start.x, start.y, start.towardX, start.towardY, lane, start.y, lane, middle, end.towardX, end.towardY, end.x, end.y), lane + mapLabelGap, middle
}

func (d *mapDrawing) edge(e MapEdge) {
	path, _, _ := d.path(e)
	class := "e " + string(e.Way)
	if e.Slow {
		class += " slow"
	}
	fmt.Fprintf(&d.b, `<path class="%s" d="%s" stroke-width="%s" marker-end="url(#map-end)"><title>%s</title></path>`, class, path, strconv.Itoa(min(max(e.Weight, 1), 6)), templ.EscapeString(e.Hint))
}

// label writes an arrow's figures; arrows that share a middle write theirs one under the other.
func (d *mapDrawing) label(at int, e MapEdge) {
	if e.Label == "" {
		return
	}
	_, x, y := d.path(e)
	for _, other := range d.Edges[:at] {
		if _, ox, oy := d.path(other); other.Label != "" && x-ox < mapLane && ox-x < mapLane && y-oy < mapLabelStep/2 && oy-y < mapLabelStep/2 {
			y += mapLabelStep
		}
	}
	class := "l"
	if e.Slow {
		class += " slow"
	}
	fmt.Fprintf(&d.b, `<text class="%s" x="%d" y="%d">%s</text>`, class, x, y+4, templ.EscapeString(e.Label))
}
