package browsertest

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
)

//go:embed testdata/js/compared.js
var comparedJS string

// compared is the table of places of a board, of one of its numbers.
type compared struct {
	Sum   *int64
	Parts []comparedPart
}

type comparedPart struct {
	Name, Link string
	Minor      int64
}

// TestABoardIsDrilledByThreeRoles follows what was collected in a month from the company down to the payments, at a desk in Chinese and on a phone in English: the
// general manager sees all of it, the director of a region, the manager of a team and a seller their parts, each the same numbers of the same facts. On every level
// the parts add up to the whole, and nobody is led, or gets, further than they reach.
func TestABoardIsDrilledByThreeRoles(t *testing.T) {
	t.Parallel()
	atDeskAndPhone(t, i18n.En, func(j *journey) {
		d := &drill{journey: j, at: "?month=" + month.String()}
		d.manager()
		d.director()
		d.lead()
		d.seller()
	})
}

// drill knows what the general manager saw: of the first region, the team of the lead, and the seller.
type drill struct {
	*journey
	at             string
	regions, teams compared
	people         compared
	region, team   comparedPart
	person         comparedPart
}

// compare reads the table of places, whose parts must add up.
func (d *drill) compare(b *tab) compared {
	d.t.Helper()
	name := map[i18n.Lang]string{i18n.ZhCN: "回款额", i18n.En: "Collected"}[d.lang]
	got, err := tell[*compared](b, comparedJS, name)
	if err != nil || got == nil || got.Sum == nil || len(got.Parts) == 0 {
		d.t.Fatalf("%s: no table of %s: %+v %v\n%s", b.name, name, got, err, b.here())
	}
	sum := int64(0)
	for _, p := range got.Parts {
		sum += p.Minor
	}
	if sum != *got.Sum || sum == 0 {
		d.t.Errorf("%s: the parts add up to %s, the whole is %s: %+v", b.name, yuan(sum), yuan(*got.Sum), got.Parts)
	}
	return *got
}

// down follows a place of the table.
func (d *drill) down(b *tab, p comparedPart) {
	d.t.Helper()
	b.leave(p.Name, fmt.Sprintf("main table a[href=%q]", p.Link))
	b.wantStatus(200)
	b.mustShow(p.Name)
}

func (d *drill) part(c compared, name string) comparedPart {
	d.t.Helper()
	for _, p := range c.Parts {
		if p.Name == name {
			return p
		}
	}
	d.t.Fatalf("%s is not among %+v", name, c.Parts)
	return comparedPart{}
}

// place is the place of a way down.
func (d *drill) place(p comparedPart) string {
	d.t.Helper()
	_, place, ok := strings.Cut(p.Link, "place=")
	if !ok {
		d.t.Fatalf("%q leads to no place", p.Link)
	}
	return place
}

// manager goes from the company down to the payments of a seller.
func (d *drill) manager() {
	d.t.Helper()
	b := d.as("gm")
	b.open("/board/director"+d.at, 200)
	d.regions = d.compare(b)
	b.show("drill-01-company")
	d.region = d.regions.Parts[0]
	for _, p := range d.regions.Parts { // where the director of a region is at home
		if strings.Contains(p.Link, "place=region%3A1&") || strings.HasSuffix(p.Link, "place=region%3A1") {
			d.region = p
		}
	}
	d.down(b, d.region)
	d.teams = d.compare(b)
	d.same("the region", *d.teams.Sum, d.region.Minor)
	b.show("drill-02-region")
	seller := d.nameOf("core")
	for _, p := range d.teams.Parts {
		if p.Link == "" {
			continue
		}
		b.open(p.Link, 200)
		people := d.compare(b)
		d.same(p.Name, *people.Sum, p.Minor)
		for _, one := range people.Parts {
			if one.Name == seller {
				d.team, d.people, d.person = p, people, one
			}
		}
		if d.person.Name != "" {
			break
		}
	}
	b.show("drill-03-team")
	d.down(b, d.person)
	b.show("drill-04-person")
	d.same("the payments as the general manager sees them", d.rows(b), d.person.Minor)
	b.show("drill-05-rows")
}

func (d *drill) same(what string, got, want int64) {
	d.t.Helper()
	if got != want {
		d.t.Errorf("%s: %s, and before %s", what, yuan(got), yuan(want))
	}
}

// rows follows the first number of the page to its rows, and adds them up: what came in less what went back.
func (d *drill) rows(b *tab) int64 {
	d.t.Helper()
	b.hit(`button[popovertarget="why-tile-0"]`)
	b.until("the answer", `() => document.getElementById('why-tile-0').matches(':popover-open')`)
	b.leave("its rows", `#why-tile-0 a[href^="/boards/rows"]`)
	b.wantStatus(200)
	return d.net(b)
}

// net is what the rows of the page come to: what came in less what went back.
func (d *drill) net(b *tab) (sum int64) {
	d.t.Helper()
	sum = d.adds(b)
	if refunded := d.link(b, `a[href*="measure=refunded"]`); refunded != "" {
		b.open(refunded, 200)
		sum -= d.adds(b)
	}
	return sum
}

func (d *drill) link(b *tab, selector string) string {
	d.t.Helper()
	href, err := tell[string](b, `selector => document.querySelector('main ' + selector)?.getAttribute('href') || ''`, selector)
	if err != nil {
		d.t.Fatal(err)
	}
	return href
}

// adds sums up what the rows of all pages add.
func (d *drill) adds(b *tab) (sum int64) {
	d.t.Helper()
	for {
		part, err := tell[int64](b, `() => [...document.querySelectorAll('#list tbody tr')].filter(r => r.cells.length > 1).reduce((sum, r) => sum + Number(r.cells[r.cells.length - 1].innerText.replace(/[^\d-]/g, '')), 0)`)
		if err != nil {
			d.t.Fatal(err)
		}
		sum += part
		next := d.link(b, `a[href*="after="]`)
		if next == "" {
			return sum
		}
		b.open(next, 200)
	}
}

// director of a region sees it as the general manager does, and no other one.
func (d *drill) director() {
	d.t.Helper()
	b := d.as("director")
	b.open("/board/region"+d.at, 200)
	teams := d.compare(b)
	d.same("the region as its director sees it", *teams.Sum, d.region.Minor)
	for _, p := range teams.Parts {
		d.same(p.Name, p.Minor, d.part(d.teams, p.Name).Minor)
	}
	b.show("drill-06-director")
	for _, p := range d.regions.Parts {
		if p.Name != d.region.Name && p.Link != "" {
			b.mustNotShow(p.Name)
			b.open("/board/region"+d.at+"&place="+d.place(p), 404)
		}
	}
}

// lead of a team sees its people as the general manager does.
func (d *drill) lead() {
	d.t.Helper()
	b := d.as("lead")
	b.open("/board/team"+d.at, 200)
	people := d.compare(b)
	d.same("the team as its manager sees it", *people.Sum, d.team.Minor)
	for _, p := range people.Parts {
		d.same(p.Name, p.Minor, d.part(d.people, p.Name).Minor)
	}
	b.show("drill-07-lead")
	for _, p := range d.teams.Parts {
		if p.Name != d.team.Name && p.Link != "" {
			b.open("/board/team"+d.at+"&place="+d.place(p), 404)
		}
	}
}

// seller sees the own number, the own rows, and nobody else's.
func (d *drill) seller() {
	d.t.Helper()
	b := d.as("core")
	b.open("/board/seller"+d.at, 200)
	b.show("drill-08-seller")
	d.same("the payments as the seller sees them", d.rows(b), d.person.Minor)
	b.show("drill-09-own-rows")
	for _, p := range d.people.Parts {
		if p.Name != d.person.Name && p.Link != "" {
			b.mustNotShow(p.Name)
			b.open("/board/seller"+d.at+"&place="+d.place(p), 404)
		}
	}
	b.open("/boards/rows"+d.at+"&metric=collected&place=company", 200) // of the company the own part
	d.same("the payments of the company as the seller sees them", d.net(b), d.person.Minor)
	b.open("/board/seller"+d.at+"&place="+d.place(d.region), 404)
}
