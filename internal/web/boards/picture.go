package boards

import (
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/board"
	"xiaoguan/internal/metric"
)

// The measures of a picture in pixels. It is one column of cards and tables, as it is sent into a chat: readable on a phone.
const (
	pictureWide   = 1080
	picturePad    = 40
	pictureCards  = 3 // in a row
	pictureCard   = 150
	pictureGap    = 20
	pictureLine   = 40
	pictureRows   = 12 // of a table at most
	pictureMonths = 170
)

// canvas writes an SVG document that needs no style sheet.
type canvas struct {
	b strings.Builder
	y int
}

func (c *canvas) text(x, y, size int, colour, anchor, weight, text string) {
	fmt.Fprintf(&c.b, `<text x="%d" y="%d" font-size="%d" fill="%s" text-anchor="%s" font-weight="%s">%s</text>`, x, y, size, colour, anchor, weight, html.EscapeString(text))
}

func (c *canvas) box(x, y, w, h int, fill, stroke string) {
	fmt.Fprintf(&c.b, `<rect x="%d" y="%d" width="%d" height="%d" rx="10" fill="%s" stroke="%s"/>`, x, y, w, h, fill, stroke)
}

// The colours are those of the light theme: a picture has no theme.
const (
	paperColour, cardColour, lineColour             = "#f6f5f1", "#ffffff", "#e6e3db"
	inkColour, quietColour, seriesColour, badColour = "#1d2529", "#5f686d", "#1c5d74", "#a93522"
)

func (h *Handler) picture(w http.ResponseWriter, r *http.Request) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", typeSVG)
	w.Header().Set("Content-Disposition", `inline; filename="board-`+d.shown.Board.ID+`.svg"`)
	_, err = w.Write([]byte(d.drawPicture(h.Company())))
	return err
}

// drawPicture draws the cards, the trends and the tables of places of a board.
func (d drawing) drawPicture(company string) string {
	d.wall = true
	c := &canvas{y: picturePad}
	c.text(picturePad, c.y+30, 34, inkColour, "start", "700", d.title(d.shown.Board)+" · "+d.place(d.shown.Ask.Place))
	c.text(picturePad, c.y+64, 20, quietColour, "start", "400", d.subtitle())
	c.y += 90
	column := 0
	for i, t := range d.shown.Tiles {
		if t.Kind != board.KindCard || len(t.Series) == 0 {
			continue
		}
		d.pictureCard(c, i, t, column)
		if column++; column == pictureCards {
			column, c.y = 0, c.y+pictureCard+pictureGap
		}
	}
	if column > 0 {
		c.y += pictureCard + pictureGap
	}
	for i, t := range d.shown.Tiles {
		switch {
		case len(t.Series) == 0:
		case t.Kind == board.KindTrend:
			d.pictureTrend(c, i, t)
		case t.Kind == board.KindCompare || t.Kind == board.KindRanking || t.Kind == board.KindProducts:
			d.pictureTable(c, t)
		}
	}
	c.text(picturePad, c.y+26, 18, quietColour, "start", "400", company+" · "+d.p.T("board.read_at", "At", d.p.Local(d.now).Format("2006-01-02 15:04")))
	height := c.y + 26 + picturePad
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="PingFang SC, Microsoft YaHei, Noto Sans SC, sans-serif"><rect width="100%%" height="100%%" fill="%s"/>%s</svg>`, pictureWide, height, pictureWide, height, paperColour, c.b.String())
}

func (d drawing) pictureCard(c *canvas, i int, t board.ShownTile, column int) {
	wide := (pictureWide - 2*picturePad - (pictureCards-1)*pictureGap) / pictureCards
	x := picturePad + column*(wide+pictureGap)
	m := d.card(i, t)
	s := t.Series[0]
	c.box(x, c.y, wide, pictureCard, cardColour, lineColour)
	c.text(x+18, c.y+34, 20, quietColour, "start", "400", m.Label)
	c.text(x+18, c.y+80, 40, inkColour, "start", "700", d.short(s.Value))
	lines := []string{strings.TrimSpace(m.Goal + " " + m.Gap), m.Missing, strings.ReplaceAll(d.changes(s), "、", "  ")}
	y := c.y + 110
	for _, line := range lines {
		if line != "" {
			c.text(x+18, y, 17, quietColour, "start", "400", line)
			y += 25
		}
	}
	if m.Late {
		c.box(x+wide-26, c.y+14, 12, 12, badColour, badColour)
	}
}

// pictureTrend draws the months as columns with their figures.
func (d drawing) pictureTrend(c *canvas, i int, t board.ShownTile) {
	s := t.Series[0]
	var most int64 = 1
	against := board.HasTarget(s.Definition) && moneyOf(s.Definition, false)
	amount := func(v metric.Value) (int64, bool) {
		if against {
			return v.Numerator, v.Known
		}
		return v.Amount()
	}
	months := t.Months()
	for _, p := range months {
		if n, ok := amount(p.Now); ok {
			most = max(most, n)
		}
	}
	high := pictureMonths + 100
	c.box(picturePad, c.y, pictureWide-2*picturePad, high, cardColour, lineColour)
	title := d.tileTitle(t)
	if against {
		title = d.p.T("board.title.target", "Measure", d.p.T("board.measure."+string(s.Definition.Formula.Of[0].Measure)))
	}
	c.text(picturePad+18, c.y+36, 22, inkColour, "start", "700", title)
	if n := len(months); n > 0 {
		room := (pictureWide - 2*picturePad - 36) / n
		for k, p := range months {
			x, base := picturePad+18+k*room, c.y+pictureMonths+64
			if value, ok := amount(p.Now); ok && value > 0 {
				tall := int(value * (pictureMonths - 40) / most)
				c.box(x+room/6, base-tall, room*2/3, tall, seriesColour, seriesColour)
				text := d.amount(p.Now.Unit, value)
				if against {
					text = d.p.Board(value, d.currency)
				}
				c.text(x+room/2, base-tall-8, 14, inkColour, "middle", "400", text)
			}
			c.text(x+room/2, base+24, 15, quietColour, "middle", "400", d.p.MonthShort(p.Now.Period.First))
		}
	}
	c.y += high + pictureGap
}

func (d drawing) pictureTable(c *canvas, t board.ShownTile) {
	first := t.Series[0]
	order := make([]int, 0, len(first.Parts))
	if t.Kind == board.KindRanking {
		ranks, _ := board.Ranks(first)
		seen, _ := board.Seen(ranks, first, d.self, false, false)
		for _, r := range seen {
			order = append(order, r.At)
		}
	} else if t.Kind == board.KindProducts {
		order = bySize(first)
	} else {
		for at := range first.Parts {
			order = append(order, at)
		}
	}
	order = order[:min(len(order), pictureRows)]
	if len(order) == 0 {
		return
	}
	high := 70 + pictureLine*(len(order)+1)
	c.box(picturePad, c.y, pictureWide-2*picturePad, high, cardColour, lineColour)
	c.text(picturePad+18, c.y+36, 22, inkColour, "start", "700", d.tileTitle(t))
	right := func(k int) int {
		return picturePad + 280 + (k+1)*(pictureWide-2*picturePad-300)/len(t.Series)
	}
	y := c.y + 76
	for k, s := range t.Series {
		c.text(right(k), y, 16, quietColour, "end", "400", d.name(s.Definition))
	}
	for n, at := range order {
		y += pictureLine
		name := d.place(first.Parts[at].Value.Place)
		if t.Kind == board.KindRanking {
			name = strconv.Itoa(n+1) + "  " + name
		}
		c.text(picturePad+18, y, 20, inkColour, "start", "400", name)
		for k, s := range t.Series {
			if at < len(s.Parts) {
				c.text(right(k), y, 20, inkColour, "end", "600", d.short(s.Parts[at].Value))
			}
		}
	}
	c.y += high + pictureGap
}
