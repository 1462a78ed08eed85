package ui

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

// Frame is what surrounds the pages of one request: whose they are, where one can go, how old the data are.
type Frame struct {
	Company string
	Fiscal  calendar.Fiscal // the company's fiscal years
	HomeURL string          // where the mark leads; "/" when empty
	Nav     []NavGroup
	// Phone holds the entries of the bottom bar on phones, at most four beside "more", which lists the rest of Nav; the one with Primary is
	// drawn in the middle as the act.
	Phone   []NavItem
	Person  Person
	Fresh   *Freshness // nil hides the age of the data
	Bell    *Bell      // nil hides the bell
	Search  *Search    // nil hides the search field
	Banner  *Note      // at most one coloured banner, such as "you look as somebody else"
	Toasts  []Toast    // messages left by the act before
	Path    string     // the request's path and query, to come back to after switching language or theme
	Printed string     // when the page was made, for the foot of printed documents
	Version string     // program version, shown small in the person menu
}

// RailCookie is the cookie in which the script of the rail keeps the keys of the groups that the reader closed, joined by dots.
const RailCookie = "xg_rail"

// NavGroup is a heading of the rail with its entries, which can be folded away. A group without a title is always open, and so is the
// one with the current page.
type NavGroup struct {
	Key    string
	Title  string
	Items  []NavItem
	Closed bool
}

func (g NavGroup) has(current string) bool {
	return current != "" && slices.ContainsFunc(g.Items, func(item NavItem) bool { return item.Key == current })
}

// NavItem is an entry of the rail or the bottom bar. Key is compared with PageView.Current.
type NavItem struct {
	Key     string
	Label   string
	Icon    string
	URL     string
	Count   int  // things that wait for this person; 0 shows nothing
	Urgent  bool // the count is overdue
	Live    bool // the count is that of the bell, and changes with it
	Primary bool // bottom bar only: drawn as the raised button
}

// Person is who is signed in. The zero Person hides the menu.
type Person struct {
	Name    string
	Role    string
	Initial string // one or two characters; taken from Name when empty
	Links   []Link // own account, settings
	SignOut string // POST address; empty hides it
}

// Freshness is the age of the data on screen.
type Freshness struct {
	Text   string    // "10:12 · 18分钟前"
	Detail string    // hover text: source and full time
	At     time.Time // for machines; zero is left out
	Late   bool      // older than promised: a square and a word, not only a colour
}

// Bell is the link to notifications.
type Bell struct {
	URL    string
	Source string // asked for the bell anew now and then; empty leaves it as it is
	Unread int
}

// Search is the search field of the top bar, a GET form with the parameter q.
type Search struct {
	URL         string
	Placeholder string
	Value       string
}

// Link is a text that leads somewhere.
type Link struct {
	Label string
	URL   string
	Icon  string
	// Script names what a script does with it, in the attribute data-‹Script›; without scripts the address answers.
	Script string
}

func (l Link) attributes() (list templ.OrderedAttributes) {
	if l.Script != "" {
		list = append(list, templ.KeyValue[string, any]{Key: "data-" + l.Script, Value: ""})
	}
	return list
}

// PageView is a page without its content, which is given as children.
type PageView struct {
	Title   string // h1 and window title
	Current string // Key of the rail entry; empty marks none
	Chips   []Chip // state beside the title
	// Subtitle is the line of scope and definition under the title; Sub draws it where it needs links.
	Subtitle string
	Sub      templ.Component
	Crumbs   []Crumb
	Actions  []Action
	Tabs     []Tab
	// Charts loads the chart library. Set it on pages with a Chart and on no other.
	Charts bool
	// Scripts are further own assets by file name, such as "kanban.js".
	Scripts []string
	// Bare leaves out rail, top bar and bottom bar: sign-in, certificates, documents for print.
	Bare bool
	// Wide lets a bare page have the whole screen.
	Wide bool
	// Print is the foot of a document's printed pages; nil prints none.
	Print *PrintFoot
	// Narrow limits the column to reading width.
	Narrow bool
	// Frame is used instead of the one in the context when not nil.
	Frame *Frame
}

// PrintFoot says, on each printed page, which text it is: so that a sheet of paper can be compared with what is kept.
type PrintFoot struct {
	Document string
	Version  string // of the document or its rule; may be empty
	Hash     string // for verification; empty while nothing is fixed
}

// Crumb is a step of the drill path; the last one has no URL.
type Crumb struct{ Label, URL, Icon string }

// Tab is one view of the same thing.
type Tab struct {
	Label   string
	URL     string
	Current bool
	Count   int
	Counted bool // show Count, also when it is 0
}

// ActionKind says how an act is drawn.
type ActionKind string

// The kinds of act. One primary per screen.
const (
	ActionPlain   ActionKind = ""
	ActionPrimary ActionKind = "primary"
	ActionDanger  ActionKind = "danger"
	ActionGhost   ActionKind = "ghost"
)

// Action is a button. With URL alone it is a link; with Post it is a small form that posts Fields to URL; with Popover it opens the
// element of that id; with none of them it submits the form that it stands in (or the one named by Form).
type Action struct {
	Label   string
	Icon    string
	Kind    ActionKind
	URL     string
	Post    bool
	Fields  url.Values // hidden fields of a Post
	Popover string
	Form    string
	Name    string // name and value of a submit button
	Value   string
	Small   bool
	// Disabled draws the button switched off; DisabledBy is the id of the text that says what unblocks it.
	Disabled   bool
	DisabledBy string
	DeskOnly   bool
	Download   bool
	// Key is a keyboard shortcut announced with aria-keyshortcuts, such as "N".
	Key string
}

type frameKey struct{}
type pageKey struct{}

// WithFrame puts the frame of the request into the context, for Page and the error pages.
func WithFrame(ctx context.Context, frame Frame) context.Context {
	return context.WithValue(ctx, frameKey{}, frame)
}

// FrameFrom returns the frame that WithFrame put there; the zero Frame when there is none.
func FrameFrom(ctx context.Context) Frame {
	frame, _ := ctx.Value(frameKey{}).(Frame)
	return frame
}

func printer(ctx context.Context) *i18n.Printer { return httpx.PrinterFrom(ctx) }

// t translates a component's own word.
func t(ctx context.Context, key string, args ...any) string { return printer(ctx).T(key, args...) }

// URLWith returns path with the query changed: pairs of name and value, where an empty value removes the parameter. It leaves query
// untouched.
func URLWith(path string, query url.Values, pairs ...string) string {
	changed := url.Values{}
	for name, values := range query {
		changed[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			changed.Del(pairs[i])
			continue
		}
		changed[pairs[i]] = []string{pairs[i+1]}
	}
	if len(changed) == 0 {
		return path
	}
	return path + "?" + changed.Encode()
}
