package standard

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"xiaoguan/internal/sop"
)

// The quiz: so many questions, each with so many answers to choose from.
const (
	quizQuestions = 8
	quizOptions   = 4
)

// QuizKind is what a question asks about a rule.
type QuizKind string

// The kinds.
const (
	QuizTime   QuizKind = "time"   // within which time something is wanted
	QuizRole   QuizKind = "role"   // who does it
	QuizFirst  QuizKind = "first"  // what comes first
	QuizNext   QuizKind = "next"   // what has to follow
	QuizForm   QuizKind = "form"   // what has to be written down
	QuizPerson QuizKind = "person" // whether it may be the same person
	QuizEffect QuizKind = "effect" // what happens to who breaks it
)

// QuizOption is an answer to choose from. One of Name, Deadline, Level and Person says what it is.
type QuizOption struct {
	Key      string
	Name     sop.Text
	Deadline *sop.Deadline
	Level    sop.Level
	Person   QuizPersonWord
}

// QuizPersonWord answers who may do something.
type QuizPersonWord string

// The words: whoever has the role, who did the step before, anybody but that one.
const (
	QuizAnybody QuizPersonWord = "anybody"
	QuizSame    QuizPersonWord = "same"
	QuizAnother QuizPersonWord = "another"
)

// QuizQuestion asks about a rule. It is made from the document, so that it changes with it.
type QuizQuestion struct {
	Rule    sop.Rule
	Kind    QuizKind
	Options []QuizOption
	right   string
}

// Right is the right answer as it is sent.
func (q QuizQuestion) Right() string { return q.right }

// Option finds an answer by its key; nil when it is none of this question.
func (q QuizQuestion) Option(key string) *QuizOption {
	for i := range q.Options {
		if q.Options[i].Key == key {
			return &q.Options[i]
		}
	}
	return nil
}

// Paragraph is the place of the rule in the prose of the document, which explains the answer.
func (q QuizQuestion) Paragraph(d *sop.Standard, lang sop.Lang) string {
	at := slices.IndexFunc(d.Rules, func(r sop.Rule) bool { return r.ID == q.Rule.ID })
	for _, section := range d.Prose(lang) {
		for _, paragraph := range section.Paragraphs {
			if paragraph.Path == "rules["+strconv.Itoa(at)+"]" {
				return paragraph.Text
			}
		}
	}
	return ""
}

// QuizOf makes the quiz of a standard, the same for the same document: of the rules of most weight first, of each the kind of question that was asked
// least so far. What happens to who breaks a rule is asked where it does something; where no rule gives anything else to ask, of all.
func QuizOf(d *sop.Standard) (quiz []QuizQuestion) {
	rules := slices.Clone(d.Rules)
	slices.SortStableFunc(rules, func(a, b sop.Rule) int { return b.Weight - a.Weight })
	asked := map[QuizKind]int{}
	for _, rule := range rules {
		if len(quiz) == quizQuestions {
			break
		}
		m := quizMaker{d, rule}
		var best *QuizQuestion
		for _, q := range m.questions() {
			if best == nil || asked[q.Kind] < asked[best.Kind] {
				best = &q
			}
		}
		if best != nil {
			asked[best.Kind]++
			quiz = append(quiz, *best)
		}
	}
	if len(quiz) > 0 {
		return quiz
	}
	for _, rule := range rules[:min(len(rules), quizQuestions)] {
		quiz = append(quiz, quizMaker{d, rule}.effect())
	}
	return quiz
}

// quizMaker makes the questions about one rule.
type quizMaker struct {
	document *sop.Standard
	rule     sop.Rule
}

// questions are those that the rule gives, in an order of its own.
func (m quizMaker) questions() (list []QuizQuestion) {
	for _, q := range []QuizQuestion{m.time(), m.role(), m.first(), m.next(), m.form(), m.person()} {
		if len(q.Options) > 1 {
			list = append(list, q)
		}
	}
	if m.rule.Level == sop.LevelReason || m.rule.Level == sop.LevelBlock {
		list = append(list, m.effect())
	}
	slices.SortStableFunc(list, func(a, b QuizQuestion) int { return cmp.Compare(m.seed(string(a.Kind)), m.seed(string(b.Kind))) })
	return list
}

// seed is a number that depends on the rule and a text alone.
func (m quizMaker) seed(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.rule.ID + " " + text)) // a hash takes everything
	return h.Sum64()
}

// ask makes a question of the right answer and some of the wrong ones, in an order that says nothing; without a wrong one it has no options. The first
// wrong ones are the most like the right one, and are kept where there are too many.
func (m quizMaker) ask(kind QuizKind, right QuizOption, wrong []QuizOption) QuizQuestion {
	q := QuizQuestion{Rule: m.rule, Kind: kind, right: right.Key}
	seen := map[string]bool{right.Key: true}
	for _, o := range wrong {
		if len(q.Options) < quizOptions-1 && !seen[o.Key] {
			seen[o.Key], q.Options = true, append(q.Options, o)
		}
	}
	if len(q.Options) == 0 {
		return q
	}
	q.Options = append(q.Options, right)
	slices.SortFunc(q.Options, func(a, b QuizOption) int { return cmp.Compare(m.seed(a.Key), m.seed(b.Key)) })
	return q
}

// mixed puts options into an order that the rule gives.
func (m quizMaker) mixed(options []QuizOption) []QuizOption {
	slices.SortFunc(options, func(a, b QuizOption) int { return cmp.Compare(m.seed(a.Key), m.seed(b.Key)) })
	return options
}

// time asks for a deadline. One that is counted back from a day, and one of several rules about the same steps, cannot be asked for in a sentence.
func (m quizMaker) time() QuizQuestion {
	if m.rule.Within == nil || m.rule.Before != "" {
		return QuizQuestion{}
	}
	for _, r := range m.document.Rules {
		if r.ID != m.rule.ID && r.Template == m.rule.Template && r.Of == m.rule.Of && r.With == m.rule.With && r.Within != nil && *r.Within != *m.rule.Within {
			return QuizQuestion{}
		}
	}
	option := func(d sop.Deadline) QuizOption { return QuizOption{Key: d.String(), Deadline: &d} }
	var others []QuizOption
	for _, r := range m.document.Rules {
		if r.Within != nil && *r.Within != *m.rule.Within {
			others = append(others, option(*r.Within))
		}
	}
	return m.ask(QuizTime, option(*m.rule.Within), m.mixed(others))
}

func (m quizMaker) role() QuizQuestion {
	if len(m.rule.By) != 1 || m.rule.Asked() == "" {
		return QuizQuestion{}
	}
	var right QuizOption
	var others []QuizOption
	for _, r := range m.document.Roles {
		if o := (QuizOption{Key: r.ID, Name: r.Name}); r.ID == m.rule.By[0] {
			right = o
		} else {
			others = append(others, o)
		}
	}
	if asked := m.document.Activity(m.rule.Asked()); asked == nil || tells(asked.Name, right.Name) {
		return QuizQuestion{}
	}
	return m.ask(QuizRole, right, m.mixed(others))
}

// tells reports whether a name gives another away: two characters of Chinese, or a long word, stand in both.
func tells(question, answer sop.Text) bool {
	runes := []rune(answer.Zh)
	for i := range len(runes) - 1 {
		if unicode.Is(unicode.Han, runes[i]) && unicode.Is(unicode.Han, runes[i+1]) && strings.Contains(question.Zh, string(runes[i:i+2])) {
			return true
		}
	}
	const long = 5
	for _, word := range strings.Fields(strings.ToLower(answer.En)) {
		if len(word) >= long && strings.Contains(strings.ToLower(question.En), word) {
			return true
		}
	}
	return false
}

// first asks what has to be done before something: other steps that nothing asks for before it are wrong, those of its stage first.
func (m quizMaker) first() QuizQuestion {
	if m.rule.Template != sop.Precedence && m.rule.Template != sop.AltPrecedence || len(m.rule.When) > 0 {
		return QuizQuestion{}
	}
	return m.ask(QuizFirst, m.step(m.rule.Of), m.steps(m.rule.With, func(r sop.Rule) []string {
		if r.Template.Backward() && r.With == m.rule.With {
			return []string{r.Of}
		}
		return nil
	}))
}

// next asks what has to follow something.
func (m quizMaker) next() QuizQuestion {
	if m.rule.Template != sop.Response && m.rule.Template != sop.AltResponse || len(m.rule.When) > 0 || m.rule.Before != "" {
		return QuizQuestion{}
	}
	return m.ask(QuizNext, m.step(m.rule.With), m.steps(m.rule.Of, func(r sop.Rule) []string {
		if r.Template.Forward() && r.Of == m.rule.Of {
			return []string{r.With}
		}
		return nil
	}))
}

func (m quizMaker) step(id string) QuizOption {
	if a := m.document.Activity(id); a != nil {
		return QuizOption{Key: a.ID, Name: a.Name}
	}
	return QuizOption{}
}

// steps are wrong answers: steps of the process but the one that is spoken of and those that some rule also asks for, those of the rule's stage first.
func (m quizMaker) steps(spoken string, asks func(sop.Rule) []string) []QuizOption {
	taken := []string{spoken, m.rule.Of, m.rule.With}
	for _, r := range m.document.Rules {
		taken = append(taken, asks(r)...)
	}
	var near, far []QuizOption
	for _, stage := range m.document.Stages {
		for _, a := range stage.Activities {
			switch {
			case slices.Contains(taken, a.ID):
			case stage.ID == m.rule.Stage:
				near = append(near, QuizOption{Key: a.ID, Name: a.Name})
			default:
				far = append(far, QuizOption{Key: a.ID, Name: a.Name})
			}
		}
	}
	return slices.Concat(m.mixed(near), m.mixed(far))
}

// form asks what has to be filled in: fields that may stay empty, and those of other forms, are wrong.
func (m quizMaker) form() QuizQuestion {
	activity := m.document.Activity(m.rule.Asked())
	if activity == nil || len(m.rule.Complete) == 0 {
		return QuizQuestion{}
	}
	option := func(f sop.Field) QuizOption { return QuizOption{Key: f.ID, Name: f.Name} }
	var wanted, near, far []QuizOption
	for _, f := range activity.Form {
		if slices.Contains(m.rule.Complete, f.ID) || f.Required && slices.Contains(m.rule.Complete, "required") {
			wanted = append(wanted, option(f))
		} else {
			near = append(near, option(f))
		}
	}
	for _, stage := range m.document.Stages {
		for _, a := range stage.Activities {
			for _, f := range a.Form {
				if known := activity.Field(f.ID); known == nil {
					far = append(far, option(f))
				}
			}
		}
	}
	if len(wanted) == 0 {
		return QuizQuestion{}
	}
	return m.ask(QuizForm, m.mixed(wanted)[0], slices.Concat(m.mixed(near), m.mixed(far)))
}

func (m quizMaker) person() QuizQuestion {
	if !m.rule.Different {
		return QuizQuestion{}
	}
	option := func(w QuizPersonWord) QuizOption { return QuizOption{Key: string(w), Person: w} }
	return m.ask(QuizPerson, option(QuizAnother), []QuizOption{option(QuizSame), option(QuizAnybody)})
}

func (m quizMaker) effect() QuizQuestion {
	q := QuizQuestion{Rule: m.rule, Kind: QuizEffect, right: string(m.rule.Level)}
	for _, l := range []sop.Level{sop.LevelLog, sop.LevelWarn, sop.LevelReason, sop.LevelBlock} { // from soft to hard, as people think of them
		q.Options = append(q.Options, QuizOption{Key: string(l), Level: l})
	}
	return q
}
