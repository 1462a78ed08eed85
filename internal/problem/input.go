package problem

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/finding"
)

// Where names the place of a problem: a region, team or person by its id, a product, source, stage or rule by its key; the company needs neither.
type Where struct {
	Level finding.Level
	ID    int64
	Key   string
}

// Entry is a problem as somebody writes it down. With a kind, it is the problem of that kind at that place, which may be known already; without, it is in
// one's own words.
type Entry struct {
	Kind     finding.Kind
	Area     finding.Area // taken from the kind where there is one
	Title    string       // needed without a kind
	Detail   string
	Where    Where
	Source   Source // empty: SourceReported
	Evidence string // what was seen or said; needed
	Link     string // where that can be looked at: a page of the installation, or a web address
	Rating   Rating // zero: not said
	OwnerID  int64  // person; 0: nobody
}

// Areas lists the parts of sales management that problems belong to.
var Areas = []finding.Area{finding.AreaTarget, finding.AreaProcess, finding.AreaPipeline, finding.AreaCollection, finding.AreaCustomer, finding.AreaTeam, finding.AreaIncentive, finding.AreaData}

// The limits.
const (
	titleMost = 100
	textMost  = 2000
	linkMost  = 300
)

func checkLink(c *fact.Checker, link *string) {
	*link = strings.TrimSpace(*link)
	if *link == "" {
		return
	}
	local := strings.HasPrefix(*link, "/") && !strings.HasPrefix(*link, "//") && !strings.Contains(*link, "\\")
	if utf8.RuneCountInString(*link) > linkMost || !fact.Readable(*link) || strings.Contains(*link, "\n") || !local && !strings.HasPrefix(*link, "https://") && !strings.HasPrefix(*link, "http://") {
		c.Add("link", *link, "problem.link_wrong", nil)
	}
}

// check wants all three grades, or none where none are needed.
func (r Rating) check(c *fact.Checker, needed bool) {
	if !needed && r == (Rating{}) {
		return
	}
	for _, grade := range []struct {
		path  string
		value int
	}{{"gravity", r.Gravity}, {"urgency", r.Urgency}, {"tendency", r.Tendency}} {
		if grade.value < 1 || grade.value > 5 {
			c.Add(grade.path, strconv.Itoa(grade.value), "problem.grade", nil)
		}
	}
}

// check tidies an entry and says what is wrong with it.
func (in *Entry) check() error {
	var c fact.Checker
	if in.Source == "" {
		in.Source = SourceReported
	}
	if in.Source == SourceDetected || !slices.Contains(Sources, in.Source) {
		c.Add("source", string(in.Source), "form.error.choice", nil)
	}
	if in.Kind != "" {
		a, known := in.Kind.Is()
		if !known {
			c.Add("kind", string(in.Kind), "form.error.choice", nil)
		}
		in.Area = a.Area
	} else if !slices.Contains(Areas, in.Area) {
		c.Add("area", string(in.Area), "form.error.choice", nil)
	}
	c.Prose("title", &in.Title, titleMost, in.Kind == "")
	if !c.Has("title") {
		c.Text("title", in.Title, in.Kind == "")
	}
	c.Prose("detail", &in.Detail, textMost, false)
	c.Prose("evidence", &in.Evidence, textMost, true)
	checkLink(&c, &in.Link)
	in.Rating.check(&c, false)
	in.Where.Key = strings.TrimSpace(in.Where.Key)
	switch in.Where.Level {
	case finding.LevelCompany:
	case finding.LevelRegion, finding.LevelTeam, finding.LevelPerson:
		if in.Where.ID <= 0 {
			c.Add("place", "", "problem.choose_place", nil)
		}
	case finding.LevelProduct, finding.LevelSource, finding.LevelStage, finding.LevelRule:
		c.Key("place", in.Where.Key)
	default:
		c.Add("level", string(in.Where.Level), "form.error.choice", nil)
	}
	return c.Err()
}
