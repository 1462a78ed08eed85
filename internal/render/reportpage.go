package render

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/paper"
)

func safe(text string) string { return templ.EscapeString(text) }

func joinSafe(lines []string) string {
	escaped := make([]string, len(lines))
	for i, line := range lines {
		escaped[i] = safe(line)
	}
	return strings.Join(escaped, "<br>")
}

// writeContents lists the sections with links to them.
func writeContents(b *strings.Builder, doc *paper.Document) {
	fmt.Fprintf(b, `<nav aria-label="%s"><b>%s</b><br>`, safe(doc.Contents), safe(doc.Contents))
	for i := range doc.Blocks {
		if block := &doc.Blocks[i]; block.Kind == paper.KindHeading && block.Level == 1 {
			fmt.Fprintf(b, `<a href="#b%d">%s</a><br>`, i, safe(block.Text))
		}
	}
	b.WriteString(`</nav>`)
}

func writeBlock(b *strings.Builder, block *paper.Block, at int) {
	switch block.Kind {
	case paper.KindHeading:
		tag := "h2"
		if block.Level > 1 {
			tag = "h3"
		}
		fmt.Fprintf(b, `<%s id="b%d">%s</%s>`, tag, at, safe(block.Text), tag)
	case paper.KindChart:
		if block.Chart != nil {
			fmt.Fprintf(b, `<h3>%s</h3>%s`, safe(block.Chart.Title), block.Chart.SVG())
		}
	case paper.KindNote:
		b.WriteString(`<blockquote>`)
		for _, head := range block.Head {
			fmt.Fprintf(b, `<b>%s</b>`, safe(head))
		}
		b.WriteString(safe(block.Text) + `</blockquote>`)
	case paper.KindTable:
		b.WriteString(`<div class="tw"><table><thead><tr>`)
		for _, cell := range block.Head {
			fmt.Fprintf(b, `<th scope="col">%s</th>`, safe(cell))
		}
		b.WriteString(`</tr></thead><tbody>`)
		for _, row := range block.Rows {
			b.WriteString(`<tr>`)
			for _, cell := range row {
				fmt.Fprintf(b, `<td>%s</td>`, safe(cell))
			}
			b.WriteString(`</tr>`)
		}
		b.WriteString(`</tbody></table></div>`)
	default:
		fmt.Fprintf(b, `<p>%s</p>`, safe(block.Text))
	}
}
