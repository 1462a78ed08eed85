package paper

import (
	"fmt"
	"strings"
)

// The measures of a picture in pixels.
const (
	svgWide, svgHigh         = 720, 260
	svgLeft, svgTop, svgFoot = 84, 30, 24
	svgRow, svgName          = 26, 170
)

// SVG draws the chart as a picture that needs no style sheet and no script: for pages that stand alone. Empty for a chart without points.
func (c *Chart) SVG() string {
	if len(c.Labels) == 0 || len(c.Series) == 0 {
		return ""
	}
	var b strings.Builder
	high := svgHigh
	if c.Bars {
		high = svgTop + len(c.Labels)*svgRow + 8
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" role="img" aria-label="%s" font-family="sans-serif" font-size="12">`, svgWide, high, svgWide, escape(c.Title))
	c.svgLegend(&b)
	if c.Bars {
		c.svgBars(&b)
	} else {
		c.svgColumns(&b, high)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func hexOf(colour [3]int) string {
	return fmt.Sprintf("#%02x%02x%02x", colour[0], colour[1], colour[2])
}

func svgText(b *strings.Builder, x, y int, anchor, text string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="%s" fill="#485359">%s</text>`, x, y, anchor, escape(text))
}

func svgBox(b *strings.Builder, colour [3]int, x, y, w, h int, title string) {
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"><title>%s</title></rect>`, x, y, w, h, hexOf(colour), escape(title))
}

func (c *Chart) svgLegend(b *strings.Builder) {
	if len(c.Series) < 2 {
		return
	}
	x := svgLeft
	for i := range c.Series {
		svgBox(b, c.Series[i].colour(i), x, 8, 12, 8, "")
		svgText(b, x+16, 16, "start", c.Series[i].Name)
		x += 40 + 13*len([]rune(c.Series[i].Name))
	}
}

func (c *Chart) svgColumns(b *strings.Builder, high int) {
	low, most, step := c.axis()
	bottom, n := high-svgFoot, len(c.Labels)
	at := func(value int64) int { return bottom - scaled(bottom-svgTop, value-low, most-low) }
	for value := low; value <= most; value += step {
		fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="#e6e3db"/>`, svgLeft, svgWide, at(value), at(value))
		svgText(b, svgLeft-8, at(value)+4, "end", c.write(value))
	}
	middle := func(i int) int { return svgLeft + (2*i+1)*(svgWide-svgLeft)/(2*n) }
	standing, places := c.standing()
	wide := (svgWide - svgLeft) * 62 / (100 * n * max(standing, 1))
	for k := range c.Series {
		series := &c.Series[k]
		for i, p := range series.Points[:min(n, len(series.Points))] {
			title := c.Labels[i] + " · " + c.write(p.Value)
			switch {
			case !p.Known:
			case series.Line:
				if i > 0 && series.Points[i-1].Known {
					dash := ""
					if series.Dashed {
						dash = ` stroke-dasharray="5 3"`
					}
					fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2"%s/>`, middle(i-1), at(series.Points[i-1].Value), middle(i), at(p.Value), hexOf(series.colour(k)), dash)
				}
				fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="2.5" fill="%s"><title>%s</title></circle>`, middle(i), at(p.Value), hexOf(series.colour(k)), escape(title))
			default:
				begin, end := c.reach(series, i)
				from, to := at(max(low, begin)), at(end)
				svgBox(b, c.columnColour(series, k, i), middle(i)-standing*wide/2+places[k]*wide, min(from, to), wide, max(from, to)-min(from, to), title)
			}
		}
	}
	every := n/14 + 1
	for i, label := range c.Labels {
		if (n-1-i)%every == 0 {
			svgText(b, middle(i), high-6, "middle", label)
		}
	}
}

func (c *Chart) svgBars(b *strings.Builder) {
	low, most := c.span()
	room := svgWide - svgName - 110
	at := func(value int64) int { return svgName + scaled(room, value-low, most-low) }
	for i, label := range c.Labels {
		y := svgTop + i*svgRow
		if runes := []rune(label); len(runes) > 13 {
			label = string(runes[:12]) + "…"
		}
		svgText(b, svgName-8, y+14, "end", label)
		end, text := svgName, unknownMark
		for k := range c.Series {
			series := &c.Series[k]
			if i >= len(series.Points) || !series.Points[i].Known {
				continue
			}
			value := series.Points[i].Value
			if series.Dashed {
				fmt.Fprintf(b, `<line x1="%[1]d" x2="%[1]d" y1="%[2]d" y2="%[3]d" stroke="#1d2529" stroke-width="2"/>`, at(value), y, y+18)
				continue
			}
			from, to := at(max(low, 0)), at(value)
			svgBox(b, series.colour(k), min(from, to), y+3, max(from, to)-min(from, to), 13, c.Labels[i]+" · "+c.write(value))
			if end = max(end, from, to); k == 0 {
				text = c.write(value)
			}
		}
		svgText(b, end+6, y+14, "start", text)
	}
}
