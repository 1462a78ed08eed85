package browsertest

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// answerMax is how long the server may take for any page of the demonstration. It is generous: other tests run at the same time.
const answerMax = 3 * time.Second

// crawlMax is more kinds of pages than anybody has; a crawl that gets there goes round in circles.
const crawlMax = 900

// TestEveryPage visits the demonstration in two rounds. First every log-in follows all that it is shown, without a browser: every kind of page
// that its links lead to, one of each. Each must come, in time, with everything a page must have, and no link may lead to a refusal. Then every
// kind of page is opened in a browser by one of those who have it: closely in one language, and on a phone in the other.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	found := &atlas{asked: map[string]bool{}, pages: map[string][]sight{}}
	t.Run("opens", func(t *testing.T) {
		for i, login := range company.Logins {
			t.Run(login.Login, func(t *testing.T) {
				t.Parallel()
				c := &crawl{visitor: newVisitor(t, s, i18n.Langs()[i%2], login), login: login, atlas: found}
				c.run()
				t.Logf("%d kinds of pages, %d addresses", len(c.met), c.fetched)
			})
		}
	})
	t.Run("looks", func(t *testing.T) {
		for _, lang := range i18n.Langs() {
			t.Run(string(lang), func(t *testing.T) {
				t.Parallel()
				lookAtAll(t, s, lang, found.shared(company.Logins))
			})
		}
	})
}

// atlas is what the crawls of all log-ins have found.
type atlas struct {
	mu    sync.Mutex
	asked map[string]bool    // kinds with what is asked for in the address: the same for everybody who may open the page
	pages map[string][]sight // kinds of pages
}

// sight is a page and who has seen it where.
type sight struct{ login, path string }

func (a *atlas) firstAsked(kind string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	first := !a.asked[kind]
	a.asked[kind] = true
	return first
}

func (a *atlas) add(kind string, seen sight) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pages[kind] = append(a.pages[kind], seen)
}

// crawl follows the links of one log-in.
type crawl struct {
	*visitor
	login   demo.Login
	atlas   *atlas
	met     map[string]bool
	fetched int
}

// wanted tells whether an address is to be opened: the first of a kind, and of each way to ask for it the first of anybody.
func (c *crawl) wanted(address string) bool {
	page, asked := kindOf(address)
	if !c.met[page] {
		c.met[page] = true
		return true
	}
	return asked != "" && c.atlas.firstAsked(page+"?"+asked)
}

func (c *crawl) run() {
	c.t.Helper()
	c.met = map[string]bool{}
	type step struct{ from, to string }
	ahead := []step{{"", "/"}, {"", "/account"}}
	for len(ahead) > 0 {
		next := ahead[0]
		ahead = ahead[1:]
		if !c.wanted(next.to) {
			continue
		}
		if c.fetched++; c.fetched > crawlMax {
			c.t.Fatalf("more than %d pages: %s is not of a kind", crawlMax, next.to)
		}
		for _, link := range c.visit(next.from, next.to) {
			ahead = append(ahead, step{next.to, link})
		}
	}
	if len(c.met) < 30 {
		c.t.Errorf("only %d kinds of pages", len(c.met))
	}
}

// visit opens an address, holds what comes to what it must be, and returns where it leads.
func (c *crawl) visit(from, to string) []string {
	c.t.Helper()
	got := c.get(to)
	if got.status != http.StatusOK {
		c.t.Errorf("%s, from %s: status %d", to, from, got.status)
		return nil
	}
	if got.took > answerMax {
		c.t.Errorf("%s: the server took %s", to, got.took)
	}
	if !got.isPage() {
		return nil
	}
	root, err := got.page()
	if err != nil {
		c.t.Errorf("%s: %v", to, err)
		return nil
	}
	for _, fault := range faults(root, got.body) {
		c.t.Errorf("%s: %s", to, fault)
	}
	if lang, _ := attribute(documentElement(root), "lang"); lang != string(c.lang) {
		c.t.Errorf("%s: in the language %q, want %q", to, lang, c.lang)
	}
	if page, _ := kindOf(to); to != "/" {
		c.atlas.add(page, sight{c.login.Login, to})
	}
	return got.links(root)
}

func documentElement(root *html.Node) *html.Node {
	for node := range root.ChildNodes() {
		if node.Type == html.ElementNode {
			return node
		}
	}
	return root
}

// share is what one log-in looks at for everybody.
type share struct {
	login demo.Login
	kinds []string
	paths []string
}

// shared divides the kinds of pages among as few log-ins as see all of them.
func (a *atlas) shared(logins []demo.Login) (shares []share) {
	left := map[string][]sight{}
	for kind, sights := range a.pages {
		left[kind] = sights
	}
	seen := func(kind, login string) string { // the first that the log-in came to
		for _, s := range left[kind] {
			if s.login == login {
				return s.path
			}
		}
		return ""
	}
	for len(left) > 0 {
		var best share
		for _, login := range logins {
			one := share{login: login}
			for kind := range left {
				if seen(kind, login.Login) != "" {
					one.kinds = append(one.kinds, kind)
				}
			}
			if len(one.kinds) > len(best.kinds) {
				best = one
			}
		}
		slices.Sort(best.kinds)
		for _, kind := range best.kinds {
			best.paths = append(best.paths, seen(kind, best.login.Login))
			delete(left, kind)
		}
		shares = append(shares, best)
	}
	return shares
}

// lookAtAll opens every kind of page in a browser of the language: every other one closely, the rest on a phone in the dark. The other language
// takes them the other way round.
func lookAtAll(t *testing.T, s *site, lang i18n.Lang, shares []share) {
	t.Helper()
	odd, number := slices.Index(i18n.Langs(), lang), 0
	for _, part := range shares {
		var close, narrow []int
		for i := range part.paths {
			if number++; number%2 == odd {
				close = append(close, i)
			} else {
				narrow = append(narrow, i)
			}
		}
		for some := range slices.Chunk(close, tabPages) {
			b := enter(t, s, lang, part.login)
			for _, i := range some {
				b.visitFor(part.kinds[i], part.paths[i], func(name string) { b.look(name) })
			}
			b.close()
		}
		for some := range slices.Chunk(narrow, tabPages) {
			b := enter(t, s, lang, part.login)
			b.resize(phoneScreen, darkTheme)
			for _, i := range some {
				b.visitFor(part.kinds[i], part.paths[i], func(name string) {
					b.wantColours(darkTheme)
					b.faultsOf(name, checkJS)
					b.faultsOf(name+" (phone)", wideJS)
					b.faultsOf(name+" (phone)", touchJS)
					b.keep(name, phoneScreen, darkTheme)
				})
			}
			b.close()
		}
	}
}

// tabPages is after how many pages a tab is closed: what hundreds of them leave behind slows it down.
const tabPages = 40

// visitFor opens a page as a test of its own, named by the kind of page; what the console says meanwhile is its fault.
func (b *tab) visitFor(kind, path string, look func(name string)) {
	whole := b.t
	defer func() { b.t = whole }()
	b.t.Run(strings.ReplaceAll(strings.Trim(kind, "/"), "/", "_"), func(t *testing.T) {
		b.t = t
		b.open(path, http.StatusOK)
		look("demo-" + b.name + "-" + kind)
		for _, fault := range b.said() {
			t.Errorf("%s: console: %s", path, fault)
		}
	})
}

// said takes what the console has said until now.
func (b *tab) said() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.faults
	b.faults = nil
	return said
}
