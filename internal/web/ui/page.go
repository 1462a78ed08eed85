package ui

import (
	"context"
	"hash/fnv"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"xiaoguan/internal/httpx"
)

// Page draws a whole document around its children.
func Page(v PageView) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		frame := FrameFrom(ctx)
		if v.Frame != nil {
			frame = *v.Frame
		}
		state := &pageState{seen: map[string]bool{}}
		return page(v, frame, state).Render(context.WithValue(ctx, pageKey{}, state), w)
	})
}

func windowTitle(ctx context.Context, v PageView, f Frame) string {
	product := t(ctx, "common.product")
	if v.Title == "" {
		return product
	}
	return v.Title + " · " + product
}

func colorScheme(theme httpx.Theme) string {
	switch theme {
	case httpx.ThemeLight:
		return "light"
	case httpx.ThemeDark:
		return "dark"
	}
	return "light dark"
}

// joined puts what is there side by side.
func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " · ")
}

func homeURL(f Frame) string {
	if f.HomeURL == "" {
		return "/"
	}
	return f.HomeURL
}

// initial takes the last two characters of a Chinese name and the first letter of another.
func initial(p Person) string {
	if p.Initial != "" {
		return p.Initial
	}
	runes := []rune(p.Name)
	if len(runes) > 0 && utf8.RuneLen(runes[0]) < 3 {
		return string(runes[:1])
	}
	return string(runes[max(0, len(runes)-2):])
}

func personRole(p Person) string {
	if p.Role == "" {
		return ""
	}
	return " · " + p.Role
}

func bellLabel(ctx context.Context, unread int) string {
	if unread == 0 {
		return t(ctx, "page.bell.none")
	}
	return t(ctx, "page.bell", "Count", unread)
}

// liveAmong finds the entry whose count is the bell's.
func liveAmong(groups []NavGroup) (item NavItem, found bool) {
	for _, g := range groups {
		for _, item := range g.Items {
			if item.Live {
				return item, true
			}
		}
	}
	return NavItem{}, false
}

// bellCount is the count as there is room for it; nothing for none.
func bellCount(unread int) string {
	switch {
	case unread <= 0:
		return ""
	case unread > 99:
		return "99+"
	}
	return strconv.Itoa(unread)
}

func pressed(on bool) string { return strconv.FormatBool(on) }

// spanClass is the width in the grid of twelve.
func spanClass(span, otherwise int) string {
	if span < 0 {
		return ""
	}
	if span == 0 {
		span = otherwise
	}
	return "g" + strconv.Itoa(span)
}

func (v CardView) headingID() string {
	if v.ID != "" {
		return v.ID
	}
	return hashID("h", v.Title)
}

func (v CardView) hasHead() bool {
	return v.Title != "" || v.Sub != "" || len(v.Chips) > 0 || v.More != nil || v.Head != nil || len(v.Actions) > 0
}

// hashID makes an id from a text of any script.
func hashID(prefix, s string) string {
	h := fnv.New32a()
	// A hash takes every write.
	_, _ = io.WriteString(h, s)
	return prefix + strconv.FormatUint(uint64(h.Sum32()), 36)
}
