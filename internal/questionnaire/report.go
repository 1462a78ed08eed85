package questionnaire

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// GroupResult is a group in the comparison of groups. Hidden groups have fewer than GroupLeast answers, or would tell of such a group.
type GroupResult struct {
	Node
	Invited, Answered int
	Hidden            bool
	Figures           Figures // of a hidden group: none
}

// Results are what a closed questionnaire comes to, as the actor may see it.
type Results struct {
	Questionnaire
	Invited, Answered int // of the group
	Group             GroupResult
	Groups            []GroupResult // within reach, the whole first
	Layers            []LayerResult
	LayersWhy         errs.Message // why there are none
	Words             []WordsResult
	WordsWhy          errs.Message // why there are none
	Before            *Figures     // the same group in the round before
	BeforeOn          calendar.Date
}

// WordsResult is what was written to a question, in no order of time.
type WordsResult struct {
	Question Question
	Words    []string
}

// boxed are all boxes of a questionnaire, with what is told of them.
type boxed struct {
	q        Questionnaire
	nodes    []Node
	sheets   map[string][]Sheet // by cell
	counts   map[string]int     // answers by cell
	invited  map[string]int
	table    map[string]map[string]int // answers by cell and layer
	tellable map[string]bool
}

func (s *Service) unbox(ctx context.Context, r Reader, q Questionnaire) (b *boxed, err error) {
	b = &boxed{q: q, nodes: nodesOf(q.Cells), sheets: map[string][]Sheet{}, counts: map[string]int{}, invited: map[string]int{}, table: map[string]map[string]int{}}
	for _, c := range q.Cells {
		box, err := r.QuestionnaireBox(ctx, q.ID, Part{PartSheets, c.Key})
		if err != nil {
			return nil, err
		}
		b.sheets[c.Key], b.counts[c.Key] = box.Sheets, len(box.Sheets)
	}
	rows, err := r.QuestionnaireTurnout(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range rows {
		b.invited[t.Cell] += t.Invited
		if b.table[t.Cell] == nil {
			b.table[t.Cell] = map[string]int{}
		}
		b.table[t.Cell][t.Layer] += t.Answered
	}
	b.tellable = tellable(b.nodes, b.counts, GroupLeast)
	return b, nil
}

// group makes the result of a node.
func (b *boxed) group(n Node) GroupResult {
	g := GroupResult{Node: n, Hidden: !b.tellable[n.Key]}
	var sheets []Sheet
	for _, c := range n.Cells {
		g.Invited, g.Answered = g.Invited+b.invited[c], g.Answered+b.counts[c]
		sheets = append(sheets, b.sheets[c]...)
	}
	if !g.Hidden {
		g.Figures = Reckon(&b.q.Document, sheets)
	}
	return g
}

// within says whether somebody is told of a node: of everybody who sees all its cells, and of the whole each who is told of any part.
func (b *boxed) within(n Node, seen map[string]bool) bool {
	if n.Key == NodeAll {
		return true
	}
	return !slices.ContainsFunc(n.Cells, func(c string) bool { return !seen[c] })
}

// Results returns what a questionnaire came to, of a group; the empty key is the greatest that the actor sees in detail: everybody, or their own. Errors:
// forbidden; not found, also for a group out of reach; conflict while it is open.
func (s *Service) Results(ctx context.Context, actor access.Actor, id int64, key string) (v Results, err error) {
	defer errs.Wrap(&err, "questionnaire.Results(%d)", id)
	if !Reads(actor) {
		return v, actor.Require(access.PermQuestionnaireRead)
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		q, err := s.closed(ctx, r, id)
		if err != nil {
			return err
		}
		seen, err := s.reach(ctx, r, actor, q.Cells)
		if err != nil {
			return err
		}
		b, err := s.unbox(ctx, r, q)
		if err != nil {
			return err
		}
		v = Results{Questionnaire: q}
		for _, n := range b.nodes {
			if b.within(n, seen) {
				v.Groups = append(v.Groups, b.group(n))
			}
		}
		if key == "" {
			key = NodeAll
		}
		at := slices.IndexFunc(v.Groups, func(g GroupResult) bool { return g.Key == key })
		if at < 0 {
			return errs.New(errs.KindNotFound, "questionnaire.no_group", nil)
		}
		v.Group = v.Groups[at]
		v.Invited, v.Answered = v.Group.Invited, v.Group.Answered
		whole := actor.CanAll(access.PermQuestionnaireRead) || MayRun(actor)
		if v.Group.Hidden {
			return nil
		}
		if err := s.layers(ctx, r, b, &v); err != nil {
			return err
		}
		if err := s.words(ctx, r, b, &v, whole || key != NodeAll); err != nil {
			return err
		}
		return s.before(ctx, r, &v)
	})
	return v, err
}

func (s *Service) closed(ctx context.Context, r Reader, id int64) (q Questionnaire, err error) {
	if q, err = r.Questionnaire(ctx, id); err != nil {
		return q, err
	}
	switch q.On(s.today()) {
	case StateDraft:
		return q, errs.New(errs.KindNotFound, "questionnaire.missing", nil)
	case StateOpen:
		return q, errs.New(errs.KindConflict, "questionnaire.still_open", nil)
	}
	return q, nil
}

// layers puts in the layers of everybody, as far as they may be told.
func (s *Service) layers(ctx context.Context, r Reader, b *boxed, v *Results) error {
	if v.Group.Key != NodeAll {
		v.LayersWhy = errs.Msg("questionnaire.layers_whole", nil)
		return nil
	}
	part := atoms(b.nodes, b.tellable)
	table := map[string]map[string]int{}
	var order []string
	for cell, row := range b.table {
		name := part[cell]
		if table[name] == nil {
			table[name] = map[string]int{}
		}
		for layer, n := range row {
			table[name][layer] += n
			if !slices.Contains(order, layer) {
				order = append(order, layer)
			}
		}
	}
	slices.SortFunc(order, byCareer)
	groups := tellableLayers(table, order, GroupLeast)
	if groups == nil {
		v.LayersWhy = errs.Msg("questionnaire.layers_few", errs.Args{"Least": GroupLeast})
	}
	for _, group := range groups {
		var boxes []Box
		for _, layer := range group {
			box, err := r.QuestionnaireBox(ctx, v.ID, Part{PartCounts, layer})
			if err != nil {
				return err
			}
			boxes = append(boxes, box)
		}
		v.Layers = append(v.Layers, reckonLayer(&v.Document, group, boxes))
	}
	return nil
}

// careers are the layers in the order in which people pass through them.
var careers = []string{"newcomer", "regular", "core", "manager", "other"}

func byCareer(a, b string) int { return slices.Index(careers, a) - slices.Index(careers, b) }

// words puts in what was written, of groups of at least TextLeast answers of which nothing smaller can be told apart.
func (s *Service) words(ctx context.Context, r Reader, b *boxed, v *Results, may bool) error {
	if !may {
		v.WordsWhy = errs.Msg("questionnaire.words_reach", nil)
		return nil
	}
	if !tellable(b.nodes, b.counts, TextLeast)[v.Group.Key] {
		v.WordsWhy = errs.Msg("questionnaire.words_few", errs.Args{"Least": TextLeast})
		return nil
	}
	for _, q := range v.Document.Of(KindText) {
		list := WordsResult{Question: q}
		for _, c := range v.Group.Cells {
			box, err := r.QuestionnaireBox(ctx, v.ID, Part{PartWords, c})
			if err != nil {
				return err
			}
			list.Words = append(list.Words, box.Words[q.ID]...)
		}
		slices.Sort(list.Words) // by cell they would be told apart
		v.Words = append(v.Words, list)
	}
	return nil
}

// before puts in the same group of the round before: the whole, or a cell or region of the same teams.
func (s *Service) before(ctx context.Context, r Reader, v *Results) error {
	if v.BeforeID == 0 {
		return nil
	}
	q, err := s.closed(ctx, r, v.BeforeID)
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := s.unbox(ctx, r, q)
	if err != nil {
		return err
	}
	for _, n := range b.nodes {
		if n.Key == NodeAll && v.Group.Key == NodeAll || n.Key != NodeAll && v.Group.Key != NodeAll && sameTeams(n.Teams, v.Group.Teams) {
			if g := b.group(n); !g.Hidden {
				v.Before, v.BeforeOn = &g.Figures, lastDay(&q)
			}
			return nil
		}
	}
	return nil
}

func lastDay(q *Questionnaire) calendar.Date {
	if q.ClosedOn != calendar.NoDate {
		return q.ClosedOn
	}
	return q.ClosesOn
}

func sameTeams(a, b []int64) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// TeamScores are the answers of a team to what the diagnosis takes questions for: one score of each who answered, from 1 to 5, in ascending order, so that
// nothing goes together that one person said.
type TeamScores struct {
	QuestionnaireID int64
	ClosedOn        calendar.Date
	TeamID          int64
	Feed            Feed
	Scores          []float64
}

// ForDiagnosis returns the scores of single teams whose answers may be told, of what was closed from a day on; the latest of a team and feed alone. Errors:
// forbidden.
func (s *Service) ForDiagnosis(ctx context.Context, actor access.Actor, from calendar.Date) (list []TeamScores, err error) {
	defer errs.Wrap(&err, "questionnaire.ForDiagnosis")
	if err := actor.RequireAll(access.PermQuestionnaireRead, access.PermQuestionnaireRun); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		list = nil
		all, err := r.Questionnaires(ctx)
		if err != nil {
			return err
		}
		for _, q := range all {
			if q.On(s.today()) != StateClosed || lastDay(&q) < from {
				continue
			}
			b, err := s.unbox(ctx, r, q)
			if err != nil {
				return err
			}
			for _, t := range b.forDiagnosis() {
				known := slices.ContainsFunc(list, func(o TeamScores) bool { return o.TeamID == t.TeamID && o.Feed == t.Feed })
				if !known {
					list = append(list, t)
				}
			}
		}
		return nil
	})
	return list, err
}

func (b *boxed) forDiagnosis() (list []TeamScores) {
	for _, n := range b.nodes {
		if len(n.Cells) != 1 || len(n.Teams) != 1 || n.Teams[0] == 0 || !b.tellable[n.Key] {
			continue
		}
		for _, feed := range Feeds[1:] {
			t := TeamScores{QuestionnaireID: b.q.ID, ClosedOn: lastDay(&b.q), TeamID: n.Teams[0], Feed: feed}
			for _, s := range b.sheets[n.Cells[0]] {
				sum, items := 0, 0
				for i := range b.q.Document.Questions {
					q := &b.q.Document.Questions[i]
					if q.Feeds == feed && s.Scores[q.ID] != 0 {
						sum, items = sum+scoreOf(q, s.Scores[q.ID]), items+1
					}
				}
				if items > 0 {
					t.Scores = append(t.Scores, float64(sum)/float64(items))
				}
			}
			slices.Sort(t.Scores)
			if len(t.Scores) > 0 {
				list = append(list, t)
			}
		}
	}
	return list
}
