package ui

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
)

func (a Amount) currency() money.Currency {
	if a.Currency == "" {
		return money.CNY
	}
	return a.Currency
}

type amountText struct{ sign, symbol, whole, fraction string }

// amountParts splits an amount for drawing. It formats like i18n.Printer.Money, whose result has no language in it.
func amountParts(a Amount) amountText {
	var printer *i18n.Printer
	full := printer.Amount(a.Minor, a.currency())
	if a.Whole {
		full = printer.AmountWhole(a.Minor, a.currency())
	}
	var parts amountText
	var negative bool
	if full, negative = strings.CutPrefix(full, i18n.Minus); negative {
		parts.sign = i18n.Minus
	} else if a.Signed && a.Minor > 0 {
		parts.sign = "+"
	}
	if !a.Plain {
		parts.symbol = i18n.Symbol(a.currency())
	}
	whole, fraction, found := strings.Cut(full, ".")
	parts.whole = whole
	if found {
		parts.fraction = "." + fraction
	}
	return parts
}

// Money draws an amount with its sign, its currency and dimmed decimals. It is written by hand because blanks between its parts would
// show.
func Money(a Amount) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		parts := amountParts(a)
		var b strings.Builder
		b.WriteString(`<span class="xg-money">` + parts.sign)
		if parts.symbol != "" {
			b.WriteString(`<span class="y">` + templ.EscapeString(parts.symbol) + `</span>`)
		}
		b.WriteString(parts.whole)
		if parts.fraction != "" {
			b.WriteString(`<span class="d">` + parts.fraction + `</span>`)
		}
		b.WriteString(`</span>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// gap is the blank between two sentences, which Chinese doesn't have.
func gap(ctx context.Context) string {
	if printer(ctx).Zh() {
		return ""
	}
	return " "
}

func directionMark(sign int) string {
	switch {
	case sign > 0:
		return "▲"
	case sign < 0:
		return "▼"
	}
	return i18n.Unknown
}

func directionClass(sign int) string {
	switch {
	case sign > 0:
		return "up"
	case sign < 0:
		return "dn"
	}
	return ""
}

func clockIcon(s ClockState) string {
	switch s {
	case ClockSoon:
		return "clock-hour-4"
	case ClockOver:
		return "clock-exclamation"
	case ClockDone:
		return "check"
	case ClockExempt:
		return "circle-minus"
	}
	return "clock"
}

func noteIcon(n Note) string {
	if n.Icon != "" {
		return n.Icon
	}
	switch n.Tone {
	case ToneWarn:
		return "alert-triangle"
	case ToneBad:
		return "alert-octagon"
	case ToneGood:
		return "circle-check"
	}
	return "info-circle"
}

func stateIcon(s State) string {
	if s.Icon != "" {
		return s.Icon
	}
	switch s.Kind {
	case StateError:
		return "plug-connected-x"
	case StateStale:
		return "clock-exclamation"
	case StateForbidden:
		return "lock"
	}
	return "coffee"
}

// avatarClass spreads people over three tints, always the same for a name.
func avatarClass(initials string) string {
	sum := 0
	for _, r := range initials {
		sum += int(r)
	}
	return [...]string{"", "v2", "v3"}[sum%3]
}

func ringClass(tone Tone) string {
	switch tone {
	case ToneWarn:
		return "w"
	case ToneBad:
		return "b"
	case ToneBrand:
		return "br"
	}
	return ""
}

func buttonClass(a Action) string {
	class := "btn"
	if a.Kind != ActionPlain {
		class += " btn-" + string(a.Kind)
	}
	if a.Small {
		class += " btn-s"
	}
	if a.DeskOnly {
		class += " only-desk"
	}
	return class
}

func small(a Action) Action {
	a.Small = true
	return a
}

func sortedPairs(values map[string][]string) [][2]string {
	var pairs [][2]string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			pairs = append(pairs, [2]string{name, value})
		}
	}
	return pairs
}

func px(n int) string { return strconv.Itoa(n) }

// percent writes a share of 0 to 1 as an SVG length, clamped.
func percent(share *big.Rat) string { return clamp(share).text() + "%" }

type hundredth struct{ *big.Rat }

func clamp(share *big.Rat) hundredth {
	value := new(big.Rat)
	if share != nil {
		value.Mul(share, big.NewRat(100, 1))
	}
	if value.Sign() < 0 {
		value.SetInt64(0)
	}
	if limit := big.NewRat(100, 1); value.Cmp(limit) > 0 {
		value.Set(limit)
	}
	return hundredth{value}
}

func (h hundredth) text() string {
	s := h.FloatString(2)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func (b Bar) height() int {
	if b.Height == 0 {
		return 6
	}
	return b.Height
}

func (b Bar) radius() int { return min(b.height()/2, 5) }

type barPart struct{ x, width, class string }

func (b Bar) layout() []barPart {
	var parts []barPart
	at := new(big.Rat)
	for _, p := range b.Parts {
		part := barPart{x: percent(at), width: percent(p.Share), class: p.Class}
		if p.Nested {
			part.x = "0%"
		} else if p.Share != nil {
			at = new(big.Rat).Add(at, p.Share)
		}
		parts = append(parts, part)
	}
	return parts
}

// onPace places a share of the target on the scale of 0 to 130 %.
func onPace(share *big.Rat) string {
	if share == nil {
		return "0%"
	}
	return percent(new(big.Rat).Quo(share, big.NewRat(13, 10)))
}

// paceAnchor keeps the label of the time mark inside the drawing.
func paceAnchor(share *big.Rat) string {
	switch {
	case share.Cmp(big.NewRat(1, 4)) < 0:
		return "start"
	case share.Cmp(big.NewRat(1, 1)) > 0:
		return "end"
	}
	return "middle"
}

// class judges the pace index, attainment over elapsed time: ≥ 1 good, ≥ 0.95 on course, ≥ 0.85 behind, else far behind.
func (v Pace) class() string {
	if v.Attained == nil {
		return "fn"
	}
	index := v.Attained
	if v.Elapsed != nil && v.Elapsed.Sign() > 0 {
		index = new(big.Rat).Quo(v.Attained, v.Elapsed)
	}
	switch {
	case index.Cmp(big.NewRat(1, 1)) >= 0:
		return "fg"
	case index.Cmp(big.NewRat(95, 100)) >= 0:
		return "fbr"
	case index.Cmp(big.NewRat(85, 100)) >= 0:
		return "fw"
	}
	return "fb"
}

func (v Pace) sentence(p *i18n.Printer) string {
	switch {
	case v.Label != "":
		return v.Label
	case v.Elapsed == nil:
		return p.T("pace.attained", "Attained", p.Percent(v.Attained))
	}
	return p.T("pace.sentence", "Attained", p.Percent(v.Attained), "Elapsed", p.Percent(v.Elapsed))
}

func (r Ring) dashes() string { return clamp(r.Share).text() + " 100" }

type sparkPath struct{ line, area, base, lastX, lastY string }

// path scales the points into 92 × 28 with a margin of 3. A flat line lies in the middle.
func (s Spark) path() sparkPath {
	if len(s.Points) == 0 {
		return sparkPath{}
	}
	low, high := s.Points[0], s.Points[0]
	for _, p := range s.Points {
		low, high = lesser(low, p), greater(high, p)
	}
	if s.Base != nil {
		low, high = lesser(low, s.Base), greater(high, s.Base)
	}
	span := new(big.Rat).Sub(high, low)
	y := func(v *big.Rat) string {
		if span.Sign() == 0 {
			return "14"
		}
		share := new(big.Rat).Quo(new(big.Rat).Sub(v, low), span)
		return new(big.Rat).Sub(big.NewRat(25, 1), share.Mul(share, big.NewRat(22, 1))).FloatString(1)
	}
	x := func(i int) string {
		return big.NewRat(int64(i)*89, int64(max(len(s.Points)-1, 1))).FloatString(1)
	}
	var line strings.Builder
	for i, p := range s.Points {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&line, "%s%s %s", letter, x(i), y(p))
	}
	last := len(s.Points) - 1
	path := sparkPath{line: line.String(), lastX: x(last), lastY: y(s.Points[last])}
	path.area = path.line + "L" + path.lastX + " 28L0 28Z"
	if s.Base != nil {
		path.base = y(s.Base)
	}
	return path
}

func lesser(a, b *big.Rat) *big.Rat {
	if b.Cmp(a) < 0 {
		return b
	}
	return a
}

func greater(a, b *big.Rat) *big.Rat {
	if b.Cmp(a) > 0 {
		return b
	}
	return a
}

// pageState collects what is drawn once at the end of a page.
type pageState struct {
	whys    []Asked
	seen    map[string]bool
	answers bool // something is answered in the popover that all share
}

// shareAnswer has the page draw the popover that answers share. A fragment uses that of the page it comes into, and leads away where there is none.
func shareAnswer(ctx context.Context) {
	if state, ok := ctx.Value(pageKey{}).(*pageState); ok {
		state.answers = true
	}
}

// deferWhy keeps an answer for the end of the page. It is false outside of a page, as in a fragment for htmx: there the answer must
// come along with its number.
func deferWhy(ctx context.Context, a Asked) bool {
	state, ok := ctx.Value(pageKey{}).(*pageState)
	if !ok {
		return false
	}
	if !state.seen[a.ID] {
		state.seen[a.ID] = true
		state.whys = append(state.whys, a)
	}
	return true
}

// beyondPhone lists the places that the bottom bar of a phone has no room for, in their groups.
func beyondPhone(f Frame) (groups []NavGroup) {
	for _, group := range f.Nav {
		left := NavGroup{Key: group.Key, Title: group.Title}
		for _, item := range group.Items {
			if !slices.ContainsFunc(f.Phone, func(shown NavItem) bool { return shown.URL == item.URL }) {
				left.Items = append(left.Items, item)
			}
		}
		if len(left.Items) > 0 {
			groups = append(groups, left)
		}
	}
	return groups
}
