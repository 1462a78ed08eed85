package questionnaire

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// The least answers that a measure of connection is computed from: reliability, and what drives eNPS (methods D9).
const (
	AlphaLeast  = 10
	DriverLeast = 30
)

// confidence of intervals.
const confidence = 0.95

// ItemResult is what the answers to one Likert question come to. Counts[i] are answers of i+1, turned round for a question that is put the other way.
type ItemResult struct {
	Question Question
	Counts   [5]int
}

// Answers is how many answered.
func (r ItemResult) Answers() int {
	return r.Counts[0] + r.Counts[1] + r.Counts[2] + r.Counts[3] + r.Counts[4]
}

// Mean is the mean score; 0 without answers.
func (r ItemResult) Mean() float64 { return meanOf(r.Counts) }

// Favourable are the answers of 4 and 5.
func (r ItemResult) Favourable() int { return r.Counts[3] + r.Counts[4] }

func meanOf(counts [5]int) float64 {
	n, sum := 0, 0
	for i, c := range counts {
		n, sum = n+c, sum+c*(i+1)
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}

// ThemeResult is what the questions of a theme come to together: its counts are of single answers.
type ThemeResult struct {
	Theme    Theme
	Items    []ItemResult
	Counts   [5]int
	Alpha    float64      // Cronbach's α of its questions
	AlphaWhy errs.Message // why there is none; empty when there is
}

// Mean is the mean of all answers of the theme.
func (r ThemeResult) Mean() float64 { return meanOf(r.Counts) }

// Answers is how many single answers there are.
func (r ThemeResult) Answers() int { return ItemResult{Counts: r.Counts}.Answers() }

// Favourable are the single answers of 4 and 5.
func (r ThemeResult) Favourable() int { return r.Counts[3] + r.Counts[4] }

// ChoiceResult is how often options were chosen, the most often first.
type ChoiceResult struct {
	Question Question
	Count    int // who answered
	Options  []OptionCount
}

// OptionCount is how many chose an option.
type OptionCount struct {
	Option Option
	Count  int
}

// Score is the eNPS with the interval of its true value.
type Score struct {
	Promoters, Passives, Detractors int
	Value, Low, High                float64 // −1 to 1
}

// Answers is how many answered.
func (s Score) Answers() int { return s.Promoters + s.Passives + s.Detractors }

// Quadrant is what a theme is to be done about.
type Quadrant string

// The quadrants: by how far a theme goes together with eNPS, and by its score; each against the middle of all themes.
const (
	QuadrantMend  Quadrant = "mend"  // matters, and is low: first
	QuadrantKeep  Quadrant = "keep"  // matters, and is high
	QuadrantWatch Quadrant = "watch" // matters less, and is low
	QuadrantLeave Quadrant = "leave" // matters less, and is high
)

// Driver is how far a theme goes together with eNPS.
type Driver struct {
	Theme       Theme
	Score       float64
	Correlation float64 // Spearman's ρ
	Low, High   float64
	Quadrant    Quadrant
}

// Figures are what the sheets of a group come to.
type Figures struct {
	Answers    int
	Themes     []ThemeResult
	Choices    []ChoiceResult
	Score      *Score // nil: not asked
	Drivers    []Driver
	DriversWhy errs.Message // why there are none
	MidScore   float64      // where the quadrants part
	MidDriver  float64
}

// Theme returns the result of a theme; false when nothing was asked about it.
func (f *Figures) Theme(t Theme) (ThemeResult, bool) {
	for _, r := range f.Themes {
		if r.Theme == t {
			return r, true
		}
	}
	return ThemeResult{}, false
}

// scoreOf is the score of a Likert question, turned round where it is put the other way.
func scoreOf(q *Question, given int) int {
	if q.Reversed {
		return 6 - given
	}
	return given
}

// Reckon makes figures of sheets.
func Reckon(d *Document, sheets []Sheet) Figures {
	f := Figures{Answers: len(sheets)}
	for _, theme := range Themes {
		r := ThemeResult{Theme: theme}
		for _, q := range d.Questions {
			if q.Kind != KindLikert || q.Theme != theme {
				continue
			}
			item := ItemResult{Question: q}
			for _, s := range sheets {
				if score := scoreOf(&q, s.Scores[q.ID]); score >= 1 && score <= 5 && s.Scores[q.ID] != 0 {
					item.Counts[score-1]++
				}
			}
			for i, c := range item.Counts {
				r.Counts[i] += c
			}
			r.Items = append(r.Items, item)
		}
		if len(r.Items) > 0 {
			r.Alpha, r.AlphaWhy = alphaOf(r.Items, sheets)
			f.Themes = append(f.Themes, r)
		}
	}
	for _, q := range d.Questions {
		if q.Kind == KindSingle || q.Kind == KindMultiple {
			f.Choices = append(f.Choices, choiceOf(q, sheets))
		}
	}
	if score := d.Of(KindENPS); len(score) > 0 {
		f.Score = scoreOfSheets(score[0].ID, sheets)
	}
	f.drive(d, sheets)
	return f
}

func alphaOf(items []ItemResult, sheets []Sheet) (float64, errs.Message) {
	if len(items) < 2 {
		return 0, errs.Msg("questionnaire.alpha_one", nil)
	}
	if len(sheets) < AlphaLeast {
		return 0, errs.Msg("questionnaire.alpha_few", errs.Args{"Least": AlphaLeast, "Have": len(sheets)})
	}
	answers := make([][]float64, len(sheets))
	for i, s := range sheets {
		for _, item := range items {
			answers[i] = append(answers[i], float64(scoreOf(&item.Question, s.Scores[item.Question.ID])))
		}
	}
	alpha, err := stats.Alpha(answers)
	return alpha, reasonOf(err)
}

// reasonOf is why a method says nothing.
func reasonOf(err error) errs.Message {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		return known.Message
	}
	return errs.Message{}
}

func choiceOf(q Question, sheets []Sheet) ChoiceResult {
	r := ChoiceResult{Question: q}
	for _, o := range q.Options {
		count := OptionCount{Option: o}
		for _, s := range sheets {
			if slices.Contains(s.Picks[q.ID], o.ID) {
				count.Count++
			}
		}
		r.Options = append(r.Options, count)
	}
	for _, s := range sheets {
		if len(s.Picks[q.ID]) > 0 {
			r.Count++
		}
	}
	slices.SortStableFunc(r.Options, func(a, b OptionCount) int { return cmp.Compare(b.Count, a.Count) })
	return r
}

func scoreOfSheets(id string, sheets []Sheet) *Score {
	counts := map[string]int{}
	for _, s := range sheets {
		if score, given := s.Scores[id]; given {
			counts[strconv.Itoa(score)]++
		}
	}
	return scoreOfCounts(counts)
}

// scoreOfCounts makes the eNPS of answers by score: 9 and 10 recommend, 0 to 6 do not.
func scoreOfCounts(counts map[string]int) *Score {
	s := &Score{}
	for text, n := range counts {
		switch score, _ := strconv.Atoi(text); {
		case score >= 9:
			s.Promoters += n
		case score >= 7:
			s.Passives += n
		default:
			s.Detractors += n
		}
	}
	p, err := stats.NetPromoter(s.Promoters, s.Passives, s.Detractors, confidence)
	if err != nil {
		return s
	}
	s.Value, s.Low, s.High = p.Score, p.Interval.Low, p.Interval.High
	return s
}

// drive compares themes with eNPS, of at least DriverLeast answers.
func (f *Figures) drive(d *Document, sheets []Sheet) {
	asked := d.Of(KindENPS)
	switch {
	case len(asked) == 0:
		f.DriversWhy = errs.Msg("questionnaire.drivers_no_enps", nil)
		return
	case len(sheets) < DriverLeast:
		f.DriversWhy = errs.Msg("questionnaire.drivers_few", errs.Args{"Least": DriverLeast, "Have": len(sheets)})
		return
	}
	recommend := make([]float64, len(sheets))
	for i, s := range sheets {
		recommend[i] = float64(s.Scores[asked[0].ID])
	}
	for _, t := range f.Themes {
		scores := make([]float64, len(sheets))
		for i, s := range sheets {
			for _, item := range t.Items {
				scores[i] += float64(scoreOf(&item.Question, s.Scores[item.Question.ID])) / float64(len(t.Items))
			}
		}
		c, err := stats.RankCorrelation(scores, recommend, confidence)
		if err != nil {
			f.DriversWhy = reasonOf(err)
			continue
		}
		f.Drivers = append(f.Drivers, Driver{Theme: t.Theme, Score: t.Mean(), Correlation: c.Value, Low: c.Interval.Low, High: c.Interval.High})
	}
	if len(f.Drivers) == 0 {
		return
	}
	f.DriversWhy = errs.Message{}
	for _, x := range f.Drivers {
		f.MidScore, f.MidDriver = f.MidScore+x.Score/float64(len(f.Drivers)), f.MidDriver+x.Correlation/float64(len(f.Drivers))
	}
	for i := range f.Drivers {
		f.Drivers[i].Quadrant = quadrantOf(f.Drivers[i].Score < f.MidScore, f.Drivers[i].Correlation >= f.MidDriver)
	}
	slices.SortStableFunc(f.Drivers, func(a, b Driver) int { return cmp.Compare(b.Correlation, a.Correlation) })
}

func quadrantOf(low, matters bool) Quadrant {
	switch {
	case low && matters:
		return QuadrantMend
	case matters:
		return QuadrantKeep
	case low:
		return QuadrantWatch
	}
	return QuadrantLeave
}

// LayerResult is what the answers of some layers come to, by their counts alone.
type LayerResult struct {
	Layers  []string
	Answers int
	Themes  map[Theme][5]int
	Score   *Score
}

// reckonLayer adds up counts.
func reckonLayer(d *Document, layers []string, boxes []Box) LayerResult {
	r := LayerResult{Layers: layers, Themes: map[Theme][5]int{}}
	recommend := map[string]int{}
	for i := range d.Questions {
		q := &d.Questions[i]
		if q.Kind != KindLikert && q.Kind != KindENPS {
			continue
		}
		answers := 0
		sum := r.Themes[q.Theme]
		for _, b := range boxes {
			for text, n := range b.Counts[q.ID] {
				answers += n
				score, _ := strconv.Atoi(text)
				if q.Kind == KindENPS {
					recommend[text] += n
				} else if at := scoreOf(q, score); at >= 1 && at <= 5 {
					sum[at-1] += n
				}
			}
		}
		r.Answers = max(r.Answers, answers)
		if q.Kind == KindENPS {
			r.Score = scoreOfCounts(recommend)
		} else {
			r.Themes[q.Theme] = sum
		}
	}
	return r
}
