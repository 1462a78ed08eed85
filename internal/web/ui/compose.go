package ui

import (
	"context"
	"io"
	"net/http"

	"github.com/a-h/templ"
)

// Compose draws a page whose content is the parts in a grid of twelve columns: what a template would say where a page is nothing but
// cards one after the other.
func Compose(v PageView, parts ...templ.Component) templ.Component {
	return with(Page(v), templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<div class="xg-grid">`); err != nil {
			return err
		}
		if err := templ.Join(parts...).Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, `</div>`)
		return err
	}))
}

// Surround draws a page whose content is one component, without a grid.
func Surround(v PageView, content templ.Component) templ.Component { return with(Page(v), content) }

// Filled is a card with its content.
func Filled(v CardView, content ...templ.Component) templ.Component {
	return with(Card(v), templ.Join(content...))
}

// FoldedWith is a section that is folded on a phone, with its content.
func FoldedWith(v FoldedView, content ...templ.Component) templ.Component {
	return with(Folded(v), templ.Join(content...))
}

// FormWith is a form with further content between its fields and its buttons.
func FormWith(v FormView, content ...templ.Component) templ.Component {
	return with(Form(v), templ.Join(content...))
}

// WatchingWith is a region that is asked for while one types, with its first content.
func WatchingWith(v WatchView, content ...templ.Component) templ.Component {
	return with(Watching(v), templ.Join(content...))
}

// Stack puts parts one under the other in a column of the grid.
func Stack(span int, parts ...templ.Component) templ.Component {
	return wrapped(`<div class="`+spanClass(span, 12)+` xg-stack">`, `</div>`, parts...)
}

// Region is content that is replaced by a newer one of itself later: the answers of its numbers come along at its end, in a page as in a fragment.
func Region(content templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		state := &pageState{seen: map[string]bool{}}
		ctx = context.WithValue(ctx, pageKey{}, state)
		if err := content.Render(ctx, w); err != nil {
			return err
		}
		return collectedWhys(state).Render(ctx, w)
	})
}

// Grid puts parts into the grid of twelve columns.
func Grid(parts ...templ.Component) templ.Component {
	return wrapped(`<div class="xg-grid">`, `</div>`, parts...)
}

// Across spans the whole grid without being a card.
func Across(parts ...templ.Component) templ.Component {
	return wrapped(`<div class="g12 xg-stack">`, `</div>`, parts...)
}

// Beside puts small parts, such as buttons, side by side; they wrap where there is no room.
func Beside(parts ...templ.Component) templ.Component {
	return wrapped(`<div class="row-f wrap mt12">`, `</div>`, parts...)
}

// wrapped surrounds parts with markup that this package has written.
func wrapped(open, shut string, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, open); err != nil {
			return err
		}
		if err := templ.Join(parts...).Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, shut)
		return err
	})
}

// with renders a component around its children.
func with(parent, children templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, children), w)
	})
}

// Write answers a request with a page or a fragment.
func Write(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return c.Render(r.Context(), w)
}
