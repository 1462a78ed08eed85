package browsertest

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/js/field.js
var fieldJS string

//go:embed testdata/js/spot.js
var spotJS string

// deskScreen is the smallest desk that pages are made for.
var deskScreen = screen{"desk", 1280, 800}

// onPhone makes the tab a phone with a screen that is touched.
func (b *tab) onPhone() {
	b.t.Helper()
	b.touched, b.home = true, phoneScreen
	b.resize(phoneScreen, lightTheme)
	b.do(call(emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}))
}

// onDesk makes the tab a window of a desk.
func (b *tab) onDesk() {
	b.t.Helper()
	b.home = deskScreen
	b.resize(deskScreen, lightTheme)
}

// spot is where something is.
type spot struct {
	X, Y    float64
	Covered string
}

// hit clicks or touches what is selected where a person would. What something else lies over cannot be hit.
func (b *tab) hit(selector string) {
	b.t.Helper()
	at, err := tell[spot](b, spotJS, selector)
	if err != nil {
		b.t.Fatalf("%s: %s: %v\n%s", b.name, selector, err, b.here())
	}
	if at.Covered != "" {
		b.t.Fatalf("%s: what one would press is covered by %s\n%s", b.name, at.Covered, b.here())
	}
	if b.touched {
		b.do(call(input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: at.X, Y: at.Y}}}),
			call(input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}}))
		return
	}
	b.do(chromedp.MouseClickXY(at.X, at.Y))
}

// field finds a field of a form, by its name and for choices by the value.
func (b *tab) field(form, name string, value ...string) string {
	b.t.Helper()
	args := []any{"form#" + form, name}
	for _, v := range value {
		args = append(args, v)
	}
	var selector string
	b.until(fmt.Sprintf("the field %s %v of %s", name, value, form), `(...args) => { window.walkField = (`+stripComments(fieldJS)+`)(...args); return window.walkField !== ''; }`, args...)
	selector, err := tell[string](b, `() => window.walkField`)
	if err != nil {
		b.t.Fatal(err)
	}
	return selector
}

// write types into a field of a form, in place of what is there.
func (b *tab) write(form, name, words string) {
	b.t.Helper()
	selector := b.field(form, name)
	b.hit(selector)
	if _, err := tell[bool](b, `selector => { const f = document.querySelector(selector); f.focus(); f.select(); return true; }`, selector); err != nil {
		b.t.Fatal(err)
	}
	b.do(call(input.InsertText, input.InsertTextParams{Text: words}))
}

// choose ticks the choice of a field that has the value.
func (b *tab) choose(form, name, value string) {
	b.t.Helper()
	b.hit(b.field(form, name, value))
}

// pick takes a line of a list, or a day: what the device has its own way of asking for.
func (b *tab) pick(form, name, value string) {
	b.t.Helper()
	selector := b.field(form, name)
	taken, err := tell[bool](b, `(selector, value) => { const f = document.querySelector(selector); f.value = value; f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true})); return f.value === value; }`, selector, value)
	if err != nil || !taken {
		b.t.Fatalf("%s: %s has no %s: %v\n%s", b.name, name, value, err, b.here())
	}
}

// held is what stands in a field.
func (b *tab) held(form, name string) string {
	b.t.Helper()
	value, err := tell[string](b, `(form, name) => document.querySelector('form#' + form + ' [name="' + CSS.escape(name) + '"]').value`, form, name)
	if err != nil {
		b.t.Fatalf("%s: %s of %s: %v\n%s", b.name, name, form, err, b.here())
	}
	return value
}

// send sends a form by its button, and waits for the page that it leads to.
func (b *tab) send(form string, status int64) {
	b.t.Helper()
	b.leave("sending "+form, fmt.Sprintf("form#%s button[type=submit], button[form=%s]", form, form))
	b.wantStatus(status)
}

// follow presses what leads on and wants the page.
func (b *tab) follow(words string) {
	b.t.Helper()
	b.press(words)
	b.wantStatus(200)
}

// leave presses what is selected and waits for another page.
func (b *tab) leave(what, selector string) {
	b.t.Helper()
	b.until(what, `selector => !!document.querySelector(selector)`, selector)
	if _, err := tell[bool](b, `() => window.walkOld = true`); err != nil {
		b.t.Fatal(err)
	}
	b.hit(selector)
	b.until("the page after "+what, `() => !window.walkOld && document.readyState === 'complete'`)
}

// lastOf is the last part of the path of the page: the number of what it is about.
func (b *tab) lastOf() string {
	b.t.Helper()
	path := b.path()
	return path[strings.LastIndex(path, "/")+1:]
}

// show keeps a picture and holds the page to what every page must be, on the screen that the tab has.
func (b *tab) show(name string) {
	b.t.Helper()
	b.faultsOf(name, checkJS)
	b.faultsOf(name, wideJS)
	if b.touched {
		b.faultsOf(name, touchJS)
	}
	b.keep(name, b.home, lightTheme)
}
