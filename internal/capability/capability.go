// Package capability is what a sales team is worth and what it lacks: how results are spread over people, what they can do beside what their layer should be able
// to do, and how much they are trained.
//
// Numbers of the metric book are taken from it. How well somebody can do something is said by who leads them, with a day, one mark behind the other, of which the
// latest counts; nobody marks themselves. What was entered of a training wrongly is taken back and stays. Marks of people are seen by themselves and by who
// leads them; everybody else sees counts.
package capability

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
)

// LevelMost is the highest level of a skill; 1 is the lowest, 0 is not marked.
const LevelMost = 5

// Layers are those that skills are asked of.
var Layers = []org.Level{org.LevelNewcomer, org.LevelRegular, org.LevelCore, org.LevelManager}

// Skill is something that people should be able to do.
type Skill struct {
	ID       int64
	Place    int64
	NameZh   string
	NameEn   string
	Required map[org.Level]int64 // 0 or absent: not asked of the layer
	Active   bool
	Revision int64
}

func (s *Skill) subject() string { return "skill:" + strconv.FormatInt(s.ID, 10) }

// Mark is how well somebody can do something, as somebody saw it.
type Mark struct {
	ID        int64
	SkillID   int64
	PersonID  int64
	Level     int64
	On        calendar.Date
	Words     string
	ByID      string
	ByName    string
	CreatedAt time.Time
}

// Training is hours of one person on a day.
type Training struct {
	ID         int64
	PersonID   int64
	PersonName string
	On         calendar.Date
	Tenths     int64 // of hours
	Topic      string
	ByID       string
	ByName     string
	CreatedAt  time.Time
	RemovedAt  time.Time // zero: it stands
	RemovedBy  string
}

func (t *Training) subject() string { return "training:" + strconv.FormatInt(t.ID, 10) }

// SkillEntry is a skill as it is written down; ID 0 is a new one.
type SkillEntry struct {
	ID       int64
	NameZh   string
	NameEn   string
	Required map[org.Level]int64
	Active   bool
	Seen     int64
}

// MarkEntry is what somebody says of a person's skills.
type MarkEntry struct {
	PersonID int64
	Levels   map[int64]int64 // by skill
	On       calendar.Date
	Words    string
}

// TrainingEntry is a training of some people.
type TrainingEntry struct {
	PersonIDs []int64
	On        calendar.Date
	Tenths    int64
	Topic     string
}

const (
	nameMost     = 40
	wordsMost    = 500
	topicMost    = 100
	peopleMost   = 500
	trainingMost = 240 // tenths of a day
	skillsMost   = 40
)

func (in *SkillEntry) check() error {
	var c fact.Checker
	for name, text := range map[string]*string{"name_zh": &in.NameZh, "name_en": &in.NameEn} {
		*text = strings.TrimSpace(*text)
		c.Text(name, *text, true)
		if utf8.RuneCountInString(*text) > nameMost && !c.Has(name) {
			c.Add(name, "", "form.error.long", errs.Args{"Max": nameMost})
		}
	}
	for layer, level := range in.Required {
		if !slices.Contains(Layers, layer) || level < 0 || level > LevelMost {
			c.Add("required."+string(layer), "", "capability.level_wrong", nil)
		}
	}
	return c.Err()
}

func (in *MarkEntry) check(skills []Skill, today calendar.Date) error {
	var c fact.Checker
	if len(in.Levels) == 0 {
		c.Add("levels", "", "capability.nothing_marked", nil)
	}
	for id, level := range in.Levels {
		known := slices.ContainsFunc(skills, func(s Skill) bool { return s.ID == id && s.Active })
		if !known || level < 1 || level > LevelMost {
			c.Add("skill."+strconv.FormatInt(id, 10), "", "capability.level_wrong", nil)
		}
	}
	in.Words = strings.TrimSpace(fact.TidyLines(in.Words))
	c.Lines("words", in.Words)
	if utf8.RuneCountInString(in.Words) > wordsMost {
		c.Add("words", "", "form.error.long", errs.Args{"Max": wordsMost})
	}
	checkDay(&c, in.On, today)
	return c.Err()
}

func checkDay(c *fact.Checker, on, today calendar.Date) {
	if c.Day("on", on); on > today && !c.Has("on") {
		c.Add("on", on.String(), "capability.day_ahead", nil)
	}
}

func (in *TrainingEntry) check(today calendar.Date) error {
	var c fact.Checker
	in.PersonIDs = slices.Clone(in.PersonIDs)
	slices.Sort(in.PersonIDs)
	if in.PersonIDs = slices.Compact(in.PersonIDs); len(in.PersonIDs) == 0 || len(in.PersonIDs) > peopleMost {
		c.Add("people", "", "capability.choose_people", nil)
	}
	if in.Tenths < 1 || in.Tenths > trainingMost {
		c.Add("hours", "", "capability.hours_wrong", nil)
	}
	in.Topic = strings.TrimSpace(in.Topic)
	c.Text("topic", in.Topic, true)
	if utf8.RuneCountInString(in.Topic) > topicMost && !c.Has("topic") {
		c.Add("topic", "", "form.error.long", errs.Args{"Max": topicMost})
	}
	checkDay(&c, in.On, today)
	return c.Err()
}

// Person is somebody with their marks by skill.
type Person struct {
	ID       int64
	Name     string
	TeamName string
	Layer    org.Level
	Marks    map[int64]Mark
}

// Gap is by how much somebody is below what a skill asks of their layer; 0 for not at all, or where nothing is asked or marked.
func (p *Person) Gap(s *Skill) int64 {
	mark, marked := p.Marks[s.ID]
	if !marked {
		return 0
	}
	return max(0, s.Required[p.Layer]-mark.Level)
}

// Lack is how people of a layer stand in a skill that is asked of them.
type Lack struct {
	SkillID  int64
	Layer    org.Level
	Required int64
	People   int64 // of the layer
	Marked   int64 // of them, those with a mark
	Below    int64 // of those, the ones below what is required
}

// Lacks counts, by skill and layer, who is below what is required; skills that are asked of nobody there is are left out.
func Lacks(skills []Skill, people []Person) (list []Lack) {
	for i := range skills {
		s := &skills[i]
		for _, layer := range Layers {
			l := Lack{SkillID: s.ID, Layer: layer, Required: s.Required[layer]}
			for k := range people {
				p := &people[k]
				if p.Layer != layer {
					continue
				}
				l.People++
				if _, marked := p.Marks[s.ID]; marked {
					if l.Marked++; p.Gap(s) > 0 {
						l.Below++
					}
				}
			}
			if s.Active && l.Required > 0 && l.People > 0 {
				list = append(list, l)
			}
		}
	}
	return list
}

// Spread is how results lie over people.
type Spread struct {
	People   int64
	Sum      int64
	TopCount int64 // a fifth of the people, rounded up
	TopSum   int64 // of theirs
	P90, P10 int64 // nearest rank
}

// SpreadOf works out how values of people lie. Below zero there are refunds alone: they count as they are.
func SpreadOf(values []int64) (s Spread) {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	s.People = int64(len(sorted))
	if s.People == 0 {
		return s
	}
	s.TopCount = (s.People + 4) / 5
	for i, v := range sorted {
		s.Sum += v
		if int64(i) >= s.People-s.TopCount {
			s.TopSum += v
		}
	}
	rank := func(percent int64) int64 { return sorted[(s.People*percent+99)/100-1] }
	s.P90, s.P10 = rank(90), rank(10)
	return s
}
