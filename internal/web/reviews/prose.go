package reviews

import (
	"context"
	"html"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// prose draws a text of several lines, a paragraph each.
func prose(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				b.WriteString("<p>" + html.EscapeString(line) + "</p>")
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
