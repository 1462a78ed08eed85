package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"xiaoguan/internal/i18n"
)

//go:embed testdata/js/find.js
var findJS string

// waitMax is how long anything on a page may take to appear.
const waitMax = 20 * time.Second

// tab is one person's browser: cookies of its own, one page at a time.
type tab struct {
	t    *testing.T
	site *site
	ctx  context.Context
	// close closes it; more than once does no harm.
	close func()

	p    *i18n.Printer
	name string // of its pictures

	home    screen // what it is seen on
	touched bool   // by fingers

	mu        sync.Mutex
	faults    []string        // what the console said
	documents map[string]bool // addresses of pages, which may be refusals
	status    int64           // of the last page
	folder    string          // of downloads
	begun     map[string]bool // downloads of this installation: the browser tells every tab of all
	loaded    chan browser.EventDownloadProgress
}

// newTab opens a tab whose owner wants the language.
func newTab(t *testing.T, s *site, lang i18n.Lang, name string) *tab {
	t.Helper()
	e := needBrowser(t)
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{t: t, site: s, p: catalogue.Printer(lang), name: name, documents: map[string]bool{}, begun: map[string]bool{}, folder: t.TempDir(), loaded: make(chan browser.EventDownloadProgress, 8)}
	ctx, cancel := chromedp.NewContext(e.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	b.ctx, b.close = ctx, cancel
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context of its first step
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.close()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, fault := range b.faults {
			t.Errorf("%s: console: %s", name, fault)
		}
	})
	b.do(call(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: e.agent, AcceptLanguage: string(lang)}))
	b.home = wideScreen
	b.resize(b.home, lightTheme)
	on := true
	if _, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName,
		BrowserContextID: chromedp.FromContext(ctx).BrowserContextID, DownloadPath: b.folder, EventsEnabled: &on}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.ListenBrowser(ctx, b.hearDownloads); err != nil {
		t.Fatal(err)
	}
	return b
}

// call makes a step of a command of the browser's protocol.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// hear collects what goes wrong on pages. A page may be a refusal; anything else that is not found is a fault.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.documents[e.Response.URL] = true
			b.status = e.Response.Status
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, fmt.Sprintf("%+v", e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			text, _ := json.Marshal(e.Args)
			b.faults = append(b.faults, string(text))
		}
	case *log.EventEntryAdded:
		if e.Entry.Source == log.EntrySourceNetwork && b.documents[e.Entry.URL] {
			return
		}
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.faults = append(b.faults, fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

func (b *tab) hearDownloads(event any) {
	switch e := event.(type) {
	case *browser.EventDownloadWillBegin:
		b.begun[e.GUID] = strings.HasPrefix(e.URL, b.site.url)
	case *browser.EventDownloadProgress:
		if b.begun[e.GUID] && e.State != browser.DownloadProgressStateInProgress {
			select {
			case b.loaded <- *e:
			default:
			}
		}
	}
}

// do carries steps out, each within waitMax.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	for _, step := range steps {
		ctx, cancel := context.WithTimeout(b.ctx, waitMax)
		err := chromedp.Do(ctx, step)
		cancel()
		if err != nil {
			b.t.Fatalf("%s: %v\n%s", b.name, err, b.here())
		}
	}
}

// tell evaluates a function of JavaScript on arguments.
func tell[T any](b *tab, function string, args ...any) (value T, err error) {
	texts := make([]string, len(args))
	for i, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			return value, err
		}
		texts[i] = string(text)
	}
	ctx, cancel := context.WithTimeout(b.ctx, waitMax)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T]("("+strings.TrimSpace(stripComments(function))+")("+strings.Join(texts, ",")+")", chromedp.EvalAwaitPromise))
}

// stripComments drops the comment lines before a function, so that it can be called where it stands.
func stripComments(function string) string {
	for strings.HasPrefix(function, "//") {
		_, function, _ = strings.Cut(function, "\n")
	}
	return function
}

// until asks again and again until the function says true. A page that is being replaced answers with an error: it is asked again.
func (b *tab) until(what, function string, args ...any) {
	b.t.Helper()
	ticker := time.NewTicker(25 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(waitMax)
	for {
		if yes, err := tell[bool](b, function, args...); err == nil && yes {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			b.t.Fatalf("%s: waited in vain for %s\n%s", b.name, what, b.here())
		}
	}
}

// here describes the page for a message of failure.
func (b *tab) here() string {
	text, err := tell[string](b, `() => location.href + "\n" + document.title + "\n" + (document.querySelector("main") || document.body).innerText.slice(0, 1200)`)
	if err != nil {
		return err.Error()
	}
	return text
}

// open goes to an address and wants the status.
func (b *tab) open(path string, status int64) {
	b.t.Helper()
	b.visit(path)
	b.wantStatus(status)
}

func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.site.url + path))
}

func (b *tab) lastStatus() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}

func (b *tab) wantStatus(status int64) {
	b.t.Helper()
	if got := b.lastStatus(); got != status {
		b.t.Fatalf("%s: status %d, want %d\n%s", b.name, got, status, b.here())
	}
}

// find marks the thing with the words and returns how to select it.
func (b *tab) find(kind, words string) chromedp.CSS {
	b.t.Helper()
	b.until(kind+" "+words, `(kind, words) => { window.walkFound = (`+stripComments(findJS)+`)(kind, words); return window.walkFound > 0; }`, kind, words)
	number, err := tell[int](b, `() => window.walkFound`)
	if err != nil {
		b.t.Fatal(err)
	}
	return chromedp.CSS(fmt.Sprintf(`[data-walk="%d"]`, number))
}

// click presses what has the words on it, and stays on the page.
func (b *tab) click(words string) {
	b.t.Helper()
	b.hit(string(b.find("press", words)))
}

// press presses what has the words on it and waits for the page that it leads to.
func (b *tab) press(words string) {
	b.t.Helper()
	selector := b.find("press", words)
	if _, err := tell[bool](b, `() => window.walkOld = true`); err != nil {
		b.t.Fatal(err)
	}
	b.hit(string(selector))
	b.until("the page after "+words, `() => !window.walkOld && document.readyState === 'complete'`)
}

// fill writes into the field with the label, in place of what is there.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	b.find("field", label)
	b.do(call(input.InsertText, input.InsertTextParams{Text: value}))
}

// tick ticks or unticks what has the label.
func (b *tab) tick(label string) {
	b.t.Helper()
	b.hit(string(b.find("tick", label)))
}

// upload chooses files in the field with the label.
func (b *tab) upload(label string, paths []string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(b.find("field", label), paths))
}

// wait waits until the page shows the words.
func (b *tab) wait(words string) {
	b.t.Helper()
	b.until("the words "+words, `words => document.readyState === 'complete' && document.body.innerText.replace(/\s+/g, ' ').includes(words)`, strings.Join(strings.Fields(words), " "))
}

// path is where the tab is.
func (b *tab) path() string {
	b.t.Helper()
	path, err := tell[string](b, `() => location.pathname`)
	if err != nil {
		b.t.Fatal(err)
	}
	return path
}

// text is all that the page shows, blanks joined.
func (b *tab) text() string {
	b.t.Helper()
	text, err := tell[string](b, `() => document.body.innerText.replace(/\s+/g, ' ')`)
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

func (b *tab) mustShow(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, strings.Join(strings.Fields(w), " ")) {
			b.t.Errorf("%s: the page does not show %q\n%s", b.name, w, b.here())
		}
	}
}

func (b *tab) mustNotShow(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if strings.Contains(text, w) {
			b.t.Errorf("%s: the page shows %q\n%s", b.name, w, b.here())
		}
	}
}

// download presses what has the words on it and returns the file that comes.
func (b *tab) download(words string) []byte {
	b.t.Helper()
	b.click(words)
	select {
	case e := <-b.loaded:
		content, err := os.ReadFile(filepath.Join(b.folder, e.GUID))
		if err != nil || e.State != browser.DownloadProgressStateCompleted {
			b.t.Fatalf("%s: download %s: %s %v", b.name, words, e.State, err)
		}
		return content
	case <-time.After(waitMax):
		b.t.Fatalf("%s: no file came for %s\n%s", b.name, words, b.here())
		return nil
	}
}

// T is a text in the tab's language.
func (b *tab) T(key string, args ...any) string { return b.p.T(key, args...) }
