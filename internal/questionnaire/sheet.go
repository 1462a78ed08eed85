package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Reply is what somebody answers: scores of Likert questions and eNPS, picks of options, words.
type Reply struct {
	Scores map[string]int
	Picks  map[string][]string
	Words  map[string]string
}

// Sheet is a reply as it is kept: without words, which lie apart, and without anything about who gave it.
type Sheet struct {
	Scores map[string]int      `json:"s,omitempty"`
	Picks  map[string][]string `json:"p,omitempty"`
}

// Box is what is kept of a group: sheets of a cell, and words of a cell by question, both in no order; counts of a layer by question and answer.
type Box struct {
	Sheets []Sheet                   `json:"sheets,omitempty"`
	Words  map[string][]string       `json:"words,omitempty"`
	Counts map[string]map[string]int `json:"counts,omitempty"`
}

// Part is which box.
type Part struct {
	Kind string // PartSheets, PartWords, PartCounts
	Key  string // of a cell, or a layer
}

// The kinds of boxes.
const (
	PartSheets = "sheets"
	PartWords  = "words"
	PartCounts = "counts"
)

// check holds a reply to the questions and returns what is kept. Everything but words must be answered.
func (d *Document) checkReply(in Reply) (sheet Sheet, words map[string]string, err error) {
	var c fact.Checker
	sheet, words = Sheet{Scores: map[string]int{}, Picks: map[string][]string{}}, map[string]string{}
	for i := range d.Questions {
		q := &d.Questions[i]
		switch q.Kind {
		case KindLikert, KindENPS:
			least, most := q.Range()
			score, given := in.Scores[q.ID]
			switch {
			case !given:
				c.Add(q.ID, "", "questionnaire.answer_needed", nil)
			case score < least || score > most:
				c.Add(q.ID, strconv.Itoa(score), "questionnaire.score_range", errs.Args{"Least": least, "Most": most})
			default:
				sheet.Scores[q.ID] = score
			}
		case KindSingle, KindMultiple:
			if picks, ok := q.picked(&c, in.Picks[q.ID]); ok {
				sheet.Picks[q.ID] = picks
			}
		case KindText:
			text := strings.TrimSpace(fact.TidyLines(in.Words[q.ID]))
			c.Prose(q.ID, &text, replyMost, false)
			if text != "" {
				words[q.ID] = text
			}
		}
	}
	return sheet, words, c.Err()
}

// Range is from where to where a question is scored.
func (q *Question) Range() (least, most int) {
	if q.Kind == KindENPS {
		return 0, 10
	}
	return 1, 5
}

// picked are the options that were chosen, in the order of the question.
func (q *Question) picked(c *fact.Checker, chosen []string) (picks []string, ok bool) {
	for _, id := range chosen {
		if !slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == id }) {
			c.Add(q.ID, id, "form.error.choice", nil)
			return nil, false
		}
	}
	for _, o := range q.Options {
		if slices.Contains(chosen, o.ID) {
			picks = append(picks, o.ID)
		}
	}
	switch {
	case len(picks) == 0:
		c.Add(q.ID, "", "questionnaire.answer_needed", nil)
	case q.Kind == KindSingle && len(picks) > 1:
		c.Add(q.ID, "", "questionnaire.one_alone", nil)
	default:
		return picks, true
	}
	return nil, false
}

// put adds a sheet where chance says, so that nothing tells which came last. Pick returns a number below n.
func (b *Box) put(s Sheet, pick func(n int) int) {
	b.Sheets = append(b.Sheets, s)
	shuffle(b.Sheets, pick)
}

// write adds words to those of the group.
func (b *Box) write(words map[string]string, pick func(n int) int) {
	if b.Words == nil {
		b.Words = map[string][]string{}
	}
	for id, text := range words {
		b.Words[id] = append(b.Words[id], text)
		shuffle(b.Words[id], pick)
	}
}

// count adds a sheet to the counts of a layer.
func (b *Box) count(s Sheet) {
	if b.Counts == nil {
		b.Counts = map[string]map[string]int{}
	}
	add := func(id, answer string) {
		if b.Counts[id] == nil {
			b.Counts[id] = map[string]int{}
		}
		b.Counts[id][answer]++
	}
	for id, score := range s.Scores {
		add(id, strconv.Itoa(score))
	}
	for id, picks := range s.Picks {
		for _, p := range picks {
			add(id, p)
		}
	}
}

func shuffle[T any](list []T, pick func(n int) int) {
	for i := len(list) - 1; i > 0; i-- {
		j := pick(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}
