package paper

import (
	"fmt"
	"strconv"
	"strings"
)

// The size of a chart in Word in English metric units, 12,700 of which are a point.
const wordChartWide, wordChartHigh, wordChartRow = 6_080_000, 2_400_000, 200_000

const (
	chartNamespaces = `xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	chartType       = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
	chartRelation   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
)

// charts are the charts that a file holds, in their order.
func (d *Document) charts() (list []*Chart) {
	for i := range d.Blocks {
		if c := d.Blocks[i].Chart; d.Blocks[i].Kind == KindChart && c != nil && len(c.Labels) > 0 && len(c.Series) > 0 {
			list = append(list, c)
		}
	}
	return list
}

func wordChartName(n int) string { return "charts/chart" + strconv.Itoa(n) + ".xml" }

// wordChart sets the n-th chart, from 1, into the text.
func wordChart(s *strings.Builder, c *Chart, n int) {
	high := wordChartHigh
	if c.Bars {
		high = max(high/2, 600_000+len(c.Labels)*wordChartRow)
	}
	paragraph(s, "", fmt.Sprintf(`<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="Chart %d" descr="%s"/>`+
		`<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rIdChart%d"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		wordChartWide, high, 1000+n, n, escape(c.Title), n))
}

// xml is the chart as a part of a Word file: Word draws it from the numbers in it, which belong to no sheet.
func (c *Chart) xml() string {
	var s strings.Builder
	s.WriteString(xmlHead + `<c:chartSpace ` + chartNamespaces + `><c:roundedCorners val="0"/><c:chart>`)
	if c.Title != "" {
		s.WriteString(`<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100" b="1"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1100" b="1"/><a:t>` + escape(c.Title) + `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`)
	}
	s.WriteString(`<c:autoTitleDeleted val="` + flag(c.Title == "") + `"/><c:plotArea><c:layout/>`)
	direction := "col"
	if c.Bars {
		direction = "bar"
	}
	c.group(&s, false, `<c:barChart><c:barDir val="`+direction+`"/><c:grouping val="clustered"/><c:varyColors val="0"/>`, `<c:gapWidth val="60"/>`+c.overlap()+`<c:axId val="1"/><c:axId val="2"/></c:barChart>`)
	if !c.Bars {
		c.group(&s, true, `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`, `<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>`)
	}
	names, values, order := "b", "l", "minMax"
	if c.Bars {
		names, values, order = "l", "b", "maxMin" // the first label on top
	}
	small := `<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="800"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`
	s.WriteString(`<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="` + order + `"/></c:scaling><c:delete val="0"/><c:axPos val="` + names + `"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>` + small + `<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>`)
	s.WriteString(`<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="` + values + `"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="E6E3DB"/></a:solidFill></a:ln></c:spPr></c:majorGridlines><c:numFmt formatCode="` + escape(c.format()) +
		`" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>` + small + `<c:crossAx val="1"/><c:crosses val="` + crosses(c.Bars) + `"/></c:valAx></c:plotArea>`)
	if len(c.Series) > 1 {
		s.WriteString(`<c:legend><c:legendPos val="b"/><c:overlay val="0"/>` + small + `</c:legend>`)
	}
	s.WriteString(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>`)
	return s.String()
}

// crosses puts the values of lying bars, whose names run downwards, below them.
func crosses(bars bool) string {
	if bars {
		return "max"
	}
	return "autoZero"
}

// overlap lets columns stand where others do.
func (c *Chart) overlap() string {
	for i := range c.Series {
		if c.Series[i].Over {
			return `<c:overlap val="100"/>`
		}
	}
	return ""
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func (c *Chart) format() string {
	if c.Format == "" {
		return "General"
	}
	return c.Format
}

// group writes the series that are lines, or those that are not; a picture of bars has no lines.
func (c *Chart) group(s *strings.Builder, lines bool, open, shut string) {
	some := false
	for i := range c.Series {
		series := &c.Series[i]
		if !c.Bars && series.Line != lines {
			continue
		}
		if !some {
			some = true
			s.WriteString(open)
		}
		c.series(s, series, i, lines)
	}
	if some {
		s.WriteString(shut)
	}
}

func (c *Chart) series(s *strings.Builder, series *Series, i int, line bool) {
	n := strconv.Itoa(i)
	colour := series.colour(i)
	paint := fmt.Sprintf(`<a:solidFill><a:srgbClr val="%02X%02X%02X"/></a:solidFill>`, colour[0], colour[1], colour[2])
	s.WriteString(`<c:ser><c:idx val="` + n + `"/><c:order val="` + n + `"/><c:tx><c:v>` + escape(series.Name) + `</c:v></c:tx><c:spPr>`)
	if line {
		dash := ""
		if series.Dashed {
			dash = `<a:prstDash val="dash"/>`
		}
		s.WriteString(`<a:ln w="22225">` + paint + dash + `</a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>`)
	} else {
		s.WriteString(paint + `</c:spPr><c:invertIfNegative val="0"/>`)
	}
	fmt.Fprintf(s, `<c:cat><c:strLit><c:ptCount val="%d"/>`, len(c.Labels))
	for k, label := range c.Labels {
		fmt.Fprintf(s, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, k, escape(label))
	}
	fmt.Fprintf(s, `</c:strLit></c:cat><c:val><c:numLit><c:formatCode>%s</c:formatCode><c:ptCount val="%d"/>`, escape(c.format()), len(c.Labels))
	for k, p := range series.Points {
		if p.Known && k < len(c.Labels) {
			fmt.Fprintf(s, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, k, c.decimal(p.Value))
		}
	}
	s.WriteString(`</c:numLit></c:val>`)
	if line {
		s.WriteString(`<c:smooth val="0"/>`)
	}
	s.WriteString(`</c:ser>`)
}
