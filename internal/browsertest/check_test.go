package browsertest

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/js/check.js
var checkJS string

//go:embed testdata/js/wide.js
var wideJS string

//go:embed testdata/js/touch.js
var touchJS string

//go:embed testdata/js/sums.js
var sumsJS string

//go:embed testdata/js/axe.js
var axeJS string

//go:embed testdata/axe/axe.min.js.gz
var axePacked []byte

var axeSource = sync.OnceValues(func() (string, error) {
	r, err := gzip.NewReader(bytes.NewReader(axePacked))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
})

// screen is a size of window, theme a scheme of colours.
type (
	screen struct {
		name          string
		width, height int64
	}
	theme string
)

var (
	wideScreen  = screen{"wide", 1440, 900}
	phoneScreen = screen{"phone", 390, 844}
)

const (
	lightTheme theme = "light"
	darkTheme  theme = "dark"
)

func (b *tab) resize(s screen, colours theme) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(s.width, s.height),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: string(colours)}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}}))
}

// look holds the page to what every page must be: wide and light, then on a phone in the dark. Pictures are kept where asked for.
func (b *tab) look(name string) {
	b.t.Helper()
	b.wantColours(lightTheme)
	b.faultsOf(name, checkJS)
	b.axe(name+" (wide, light)", true)
	b.keep(name, wideScreen, lightTheme)
	if b.pictures() != "" {
		b.resize(wideScreen, darkTheme)
		b.keep(name, wideScreen, darkTheme)
		b.resize(phoneScreen, lightTheme)
		b.keep(name, phoneScreen, lightTheme)
	}
	b.resize(phoneScreen, darkTheme)
	b.wantColours(darkTheme)
	b.faultsOf(name+" (phone)", wideJS)
	b.faultsOf(name+" (phone)", touchJS)
	b.axe(name+" (phone, dark)", false)
	b.keep(name, phoneScreen, darkTheme)
	b.resize(wideScreen, lightTheme)
}

func (b *tab) faultsOf(name, function string, args ...any) {
	b.t.Helper()
	faults, err := tell[[]string](b, function, args...)
	if err != nil {
		b.t.Fatalf("%s: %s: %v", b.name, name, err)
	}
	for _, fault := range faults {
		b.t.Errorf("%s: %s: %s", b.name, name, fault)
	}
}

// axe runs axe-core on the page as it stands: all of its rules, or those that depend on size and colours.
func (b *tab) axe(name string, all bool) {
	b.t.Helper()
	source, err := axeSource()
	if err != nil {
		b.t.Fatal(err)
	}
	if known, err := tell[bool](b, `() => typeof axe !== 'undefined'`); err != nil {
		b.t.Fatal(err)
	} else if !known {
		if _, err := tell[bool](b, "() => {"+source+"; return true; }"); err != nil {
			b.t.Fatalf("axe: %v", err)
		}
	}
	sheets := false
	if all {
		askSheets.Do(func() { sheets = true })
	}
	b.faultsOf(name, axeJS, all, sheets)
}

// askSheets is done by the first page that axe looks at whole: style sheets are the same on every page, and reading them takes a third of its time.
var askSheets sync.Once

// pictures is the folder of screenshots, empty for none.
func (b *tab) pictures() string { return os.Getenv("XIAOGUAN_SCREENSHOTS") }

// keep writes a picture of the whole page.
func (b *tab) keep(name string, s screen, colours theme) {
	b.t.Helper()
	folder := b.pictures()
	if folder == "" {
		return
	}
	if _, err := tell[bool](b, `() => { window.scrollTo({ top: 0, behavior: 'instant' }); return true; }`); err != nil { // what sticks stands where it begins
		b.t.Fatalf("%s: %v", name, err)
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatalf("picture of %s: %v", name, err)
	}
	file := strings.NewReplacer("/", "-", " ", "-").Replace(name) + "." + string(b.p.Lang()) + "." + s.name + "." + string(colours) + ".png"
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, file), picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// wantColours holds that the page follows the device: paper in the light, ink in the dark.
func (b *tab) wantColours(colours theme) {
	b.t.Helper()
	bright, err := tell[bool](b, `() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).every(part => part > 200)`)
	if err != nil || bright != (colours == lightTheme) {
		b.t.Errorf("%s: the page is bright: %v on a device that is %s, %v", b.name, bright, colours, err)
	}
}
