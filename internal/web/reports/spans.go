package reports

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"xiaoguan/internal/web/ui"
)

// spans writes the pieces of a sentence without a blank between them: Chinese has none.
func spans(list []spanView) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, s := range list {
			if err := s.render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s spanView) render(ctx context.Context, w io.Writer) error {
	write := func(text string) error {
		_, err := io.WriteString(w, text)
		return err
	}
	switch {
	case s.Num != nil:
		if err := write(`<span class="nw">`); err != nil {
			return err
		}
		if err := ui.Num(*s.Num).Render(ctx, w); err != nil {
			return err
		}
		return write(templ.EscapeString(s.After) + `</span>`)
	case s.URL != "":
		return write(`<a href="` + templ.EscapeString(string(templ.URL(s.URL))) + `">` + templ.EscapeString(s.Text) + `</a>`)
	}
	return write(templ.EscapeString(s.Text))
}
