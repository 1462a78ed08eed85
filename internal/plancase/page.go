// Package plancase tests plans by worked examples: a page of Markdown has a plan, the facts of a month or more, and the amounts that
// somebody worked out by hand; Run computes the amounts and says where they differ. The cookbook (docs/cookbook) is such pages.
//
// A page is whole: nothing but its own text is read, and the facts are read as those of any company (package ingest), headed by the
// fields' names. What is earned is compared with want.csv; what is paid of it, and what stays open, with paid.csv and open.csv. Limits: one
// currency for a case; settling begins with the first month that the case names, with nothing open.
package plancase

import (
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Page is a Markdown text with its cases, in the order of the text.
type Page struct {
	Source string // what the caller calls it, such as a file name
	Cases  []Case
}

// Case is one worked example: documents, facts and what is wanted. Title is the heading under which it stands, empty for a page of one
// case. A case has the blocks of the page's beginning, and its own; its own stand in for those of the same name.
type Case struct {
	Title  string
	Period calendar.Month
	Line   int // of the heading
	Files  []File
}

// File is a fenced block with a name. Its text begins on the line after Line.
type File struct {
	Name string
	Line int // of the fence
	Data []byte
}

// The names of blocks that say what is wanted.
const (
	WantName    = "want.csv"    // what is earned
	PaidName    = "paid.csv"    // what is paid, after the plan's settle
	OpenName    = "open.csv"    // what stays open at a month's end, by kind of item
	FindingName = "finding.txt" // why it is refused
)

// wantNames are the blocks that are no facts.
var wantNames = []string{WantName, PaidName, OpenName}

// file returns the block of that name, or nil.
func (c *Case) file(name string) *File {
	for i := range c.Files {
		if c.Files[i].Name == name {
			return &c.Files[i]
		}
	}
	return nil
}

// wants reports whether the case lists amounts.
func (c *Case) wants() bool {
	return slices.ContainsFunc(wantNames, func(name string) bool { return c.file(name) != nil })
}

// put adds a block, or puts it in the place of the one of that name.
func (c *Case) put(f File) {
	if old := c.file(f.Name); old != nil {
		*old = f
		return
	}
	c.Files = append(c.Files, f)
}

// Parse reads a page. Blocks are fenced with ``` and named after their language (```csv deals.csv); blocks without a name are examples
// for the eye. A line "period: 2026-09" outside of blocks says the month. A heading of the second level begins a case when there is a
// named block under it. It returns errs.KindInvalid with every problem by line.
func Parse(source string, text []byte) (page *Page, err error) {
	defer errs.Wrap(&err, "plancase.Parse(%s)", source)
	p := &parser{source: source, parts: []part{{}}}
	for i, line := range strings.Split(string(text), "\n") {
		p.line(i+1, strings.TrimSuffix(line, "\r"))
	}
	if p.inside {
		p.wrong(p.open.Line, p.open.Name, "plancase.open_fence")
	}
	page = p.page()
	return page, errs.Invalid("plancase.invalid", p.fields)
}

// part is a stretch of the page between headings of the second level.
type part struct {
	Case
	own map[string]bool // names of its blocks
}

// parser reads one line after another.
type parser struct {
	source string
	fields []errs.Field
	parts  []part
	inside bool
	fence  string // what ends the block
	open   File
}

func (p *parser) wrong(line int, value, key string) {
	args := errs.Args{"Value": value}
	p.fields = append(p.fields, errs.Field{Source: p.source, Row: line, Value: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
}

func (p *parser) line(number int, line string) {
	here := &p.parts[len(p.parts)-1]
	switch {
	case p.inside && strings.TrimSpace(line) == p.fence:
		p.inside = false
		p.close(here)
	case p.inside:
		p.open.Data = append(append(p.open.Data, line...), '\n')
	case strings.HasPrefix(line, "```"):
		p.begin(number, line)
	case strings.HasPrefix(line, "## "):
		p.parts = append(p.parts, part{Case: Case{Title: strings.TrimSpace(line[len("## "):]), Line: number}})
	case strings.HasPrefix(line, "period:"):
		value := strings.TrimSpace(strings.TrimPrefix(line, "period:"))
		month, err := calendar.ParseMonth(value)
		if err != nil {
			p.wrong(number, value, "plancase.bad_period")
		}
		here.Period = month
	}
}

func (p *parser) begin(number int, line string) {
	info := strings.TrimLeft(line, "`")
	p.inside, p.fence, p.open = true, line[:len(line)-len(info)], File{Line: number}
	if words := strings.Fields(info); len(words) > 1 {
		p.open.Name = words[1]
	}
}

func (p *parser) close(here *part) {
	name := p.open.Name
	if name == "" {
		return
	}
	if name != FindingName && !strings.HasSuffix(name, ".csv") && !strings.HasSuffix(name, ".yaml") {
		p.wrong(p.open.Line, name, "plancase.unknown_block")
		return
	}
	if here.own[name] {
		p.wrong(p.open.Line, name, "plancase.block_twice")
		return
	}
	if here.own == nil {
		here.own = map[string]bool{}
	}
	here.own[name] = true
	here.Files = append(here.Files, p.open)
}

// page puts the cases together from the parts.
func (p *parser) page() *Page {
	page, common := &Page{Source: p.source}, p.parts[0].Case
	for _, part := range p.parts[1:] {
		if len(part.Files) == 0 {
			continue
		}
		c := Case{Title: part.Title, Line: part.Line, Period: common.Period}
		if part.Period != 0 {
			c.Period = part.Period
		}
		for _, f := range append(append([]File{}, common.Files...), part.Files...) {
			c.put(f)
		}
		page.Cases = append(page.Cases, c)
	}
	if len(page.Cases) == 0 && len(common.Files) > 0 {
		page.Cases = []Case{common}
	}
	if len(page.Cases) == 0 {
		p.wrong(1, "", "plancase.no_case")
	}
	for i := range page.Cases {
		c := &page.Cases[i]
		line := max(c.Line, 1)
		if !c.wants() && c.file(FindingName) == nil {
			p.wrong(line, c.Title, "plancase.nothing_wanted")
		}
		if c.Period == 0 {
			p.wrong(line, c.Title, "plancase.no_period")
		}
	}
	return page
}

// Name names the case for people: the page, and the heading in it.
func (p *Page) Name(c *Case) string {
	if c.Title == "" {
		return p.Source
	}
	return fmt.Sprintf("%s · %s", p.Source, c.Title)
}
