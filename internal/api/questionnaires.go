package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/ruledoc"
)

// Questionnaire is one round of asking the staff.
type Questionnaire struct {
	ID        int64                 `json:"id"`
	Title     bothTexts             `json:"title"`
	Intro     bothTexts             `json:"intro"`
	State     string                `json:"state" enum:"draft,open,closed" doc:"Today: what is open is over after its last day."`
	ClosesOn  string                `json:"closes_on,omitempty" doc:"The last day to answer."`
	BeforeID  int64                 `json:"before_id,omitempty" doc:"The round before."`
	Audience  questionnaireAudience `json:"audience"`
	Questions []questionnaireItem   `json:"questions" nullable:"false"`
	Invited   int                   `json:"invited,omitempty" doc:"For who reads results."`
	Answered  int                   `json:"answered,omitempty"`
	Asked     bool                  `json:"asked" doc:"You are."`
	Done      bool                  `json:"done" doc:"You have answered."`
	Revision  int64                 `json:"revision"`
}

// bothTexts are a text in Chinese and English.
type bothTexts struct {
	Zh string `json:"zh" maxLength:"8000"`
	En string `json:"en,omitempty" maxLength:"8000"`
}

// questionnaireAudience is who is asked: everybody where nothing is named.
type questionnaireAudience struct {
	RegionIDs []int64  `json:"region_ids,omitempty" maxItems:"500"`
	TeamIDs   []int64  `json:"team_ids,omitempty" maxItems:"2000"`
	Layers    []string `json:"layers,omitempty" maxItems:"5" enum:"newcomer,regular,core,manager,other"`
}

type (
	questionnaireItem struct {
		ID       string                `json:"id,omitempty" maxLength:"40"`
		Kind     string                `json:"kind" enum:"likert,single,multiple,text,enps"`
		Theme    string                `json:"theme,omitempty" enum:"targets,process,tools,customers,incentives,coaching,leadership,workload,engagement" doc:"Of a Likert question."`
		Reversed bool                  `json:"reversed,omitempty" doc:"Agreeing is a low score."`
		Text     bothTexts             `json:"text"`
		Options  []questionnaireOption `json:"options,omitempty" maxItems:"20"`
		Feeds    string                `json:"feeds,omitempty" enum:"engagement,plan" doc:"What the diagnosis takes it for."`
	}
	questionnaireOption struct {
		ID   string    `json:"id,omitempty" maxLength:"40"`
		Text bothTexts `json:"text"`
	}
	questionnaireBody struct {
		Title     bothTexts             `json:"title"`
		Intro     bothTexts             `json:"intro,omitempty"`
		Audience  questionnaireAudience `json:"audience,omitempty"`
		Questions []questionnaireItem   `json:"questions" maxItems:"80"`
		Revision  int64                 `json:"revision,omitempty" doc:"With a change, the one you have seen."`
	}
	makeQuestionnaireInput   struct{ Body questionnaireBody }
	changeQuestionnaireInput struct {
		ByNumber
		Body questionnaireBody
	}
	stepQuestionnaireInput struct {
		ByNumber
		Body struct {
			To       string `json:"to" enum:"open,prolong,close,again,drop" doc:"again makes the draft of a further round, drop takes a draft away."`
			ClosesOn string `json:"closes_on,omitempty" doc:"With open and prolong: the last day."`
		}
	}
	answerQuestionnaireInput struct {
		ByNumber
		Body struct {
			Scores map[string]int      `json:"scores,omitempty" doc:"By question: 1 to 5, or 0 to 10 of eNPS."`
			Picks  map[string][]string `json:"picks,omitempty" doc:"By question: options."`
			Words  map[string]string   `json:"words,omitempty"`
		}
	}
	questionnaireResultsInput struct {
		ByNumber
		Group string `query:"group" maxLength:"40" doc:"Key of a group; absent for everybody."`
	}
)

// QuestionnaireResults are what a closed questionnaire comes to.
type QuestionnaireResults struct {
	ID       int64                `json:"id"`
	Group    questionnaireGroup   `json:"group"`
	Groups   []questionnaireGroup `json:"groups" nullable:"false" doc:"Those within your reach; hidden ones would tell of fewer than five."`
	Layers   []questionnaireGroup `json:"layers" nullable:"false"`
	Choices  []questionnaireCount `json:"choices" nullable:"false"`
	Words    []questionnaireWords `json:"words" nullable:"false"`
	Drivers  []questionnaireDrive `json:"drivers" nullable:"false"`
	Why      map[string]string    `json:"why" nullable:"false" doc:"Why layers, words or drivers are not there."`
	BeforeOn string               `json:"before_on,omitempty"`
}

type (
	questionnaireSettings struct {
		Most     int64 `json:"most" doc:"How many questionnaires one person is asked to answer within the days; who was asked as often is left out of the next."`
		Days     int64 `json:"days"`
		Revision int64 `json:"revision" doc:"0: as shipped."`
	}
	setQuestionnaireSettingsInput struct {
		Body struct {
			Most     int64 `json:"most" minimum:"1" maximum:"20"`
			Revision int64 `json:"revision,omitempty" doc:"The one you have seen."`
		}
	}
	questionnaireGroup struct {
		Key      string               `json:"key"`
		Name     string               `json:"name,omitempty"`
		Invited  int                  `json:"invited,omitempty"`
		Answered int                  `json:"answered"`
		Hidden   bool                 `json:"hidden,omitempty"`
		Themes   []questionnaireTheme `json:"themes" nullable:"false"`
		ENPS     *questionnaireScore  `json:"enps,omitempty"`
	}
	questionnaireTheme struct {
		Theme  string `json:"theme"`
		Mean   string `json:"mean"`
		Counts []int  `json:"counts" nullable:"false" doc:"Single answers of 1 to 5, questions put the other way turned round."`
		Alpha  string `json:"alpha,omitempty" doc:"Cronbach's alpha, of ten sheets and more."`
		Before string `json:"before,omitempty" doc:"Mean of the round before."`
	}
	questionnaireScore struct {
		Value      string `json:"value" doc:"From -1 to 1."`
		Low        string `json:"low" doc:"95 % interval."`
		High       string `json:"high"`
		Promoters  int    `json:"promoters"`
		Passives   int    `json:"passives"`
		Detractors int    `json:"detractors"`
	}
	questionnaireCount struct {
		Question string         `json:"question"`
		Answered int            `json:"answered"`
		Options  map[string]int `json:"options"`
	}
	questionnaireWords struct {
		Question string   `json:"question"`
		Words    []string `json:"words" nullable:"false"`
	}
	questionnaireDrive struct {
		Theme       string `json:"theme"`
		Mean        string `json:"mean"`
		Correlation string `json:"correlation" doc:"Spearman's, with eNPS."`
		Low         string `json:"low"`
		High        string `json:"high"`
		Quadrant    string `json:"quadrant" enum:"mend,keep,watch,leave"`
	}
)

func (a *API) questionnaireOperations() {
	service := a.services.Questionnaires
	op := func(id, method, path string, status int) operation {
		return operation{id: id, method: method, path: "/questionnaires" + path, tag: "organisation", status: status}
	}
	register(a, op("list_questionnaires", http.MethodGet, "", 0), func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[Questionnaire], error) {
		l, err := service.List(ctx, actor)
		return newList(l.Rows, "", toAPIQuestionnaire), err
	})
	register(a, op("make_questionnaire", http.MethodPost, "", http.StatusCreated), func(ctx context.Context, actor access.Actor, in *makeQuestionnaireInput) (*output[Questionnaire], error) {
		q, err := service.Save(ctx, actor, fromAPIQuestionnaire(0, in.Body))
		return &output[Questionnaire]{toAPIQuestionnaire(questionnaire.Row{Questionnaire: q, Stands: q.State})}, err
	})
	register(a, op("get_questionnaire", http.MethodGet, "/{id}", 0), func(ctx context.Context, actor access.Actor, in *ByNumber) (*output[Questionnaire], error) {
		v, err := service.Get(ctx, actor, in.ID)
		return &output[Questionnaire]{toAPIQuestionnaire(v.Row)}, err
	})
	register(a, op("change_questionnaire", http.MethodPut, "/{id}", 0), func(ctx context.Context, actor access.Actor, in *changeQuestionnaireInput) (*output[Questionnaire], error) {
		q, err := service.Save(ctx, actor, fromAPIQuestionnaire(in.ID, in.Body))
		return &output[Questionnaire]{toAPIQuestionnaire(questionnaire.Row{Questionnaire: q, Stands: q.State})}, err
	})
	register(a, op("step_questionnaire", http.MethodPost, "/{id}/step", 0), a.stepQuestionnaire)
	register(a, op(opAnswer, http.MethodPost, "/{id}/answer", http.StatusNoContent), func(ctx context.Context, actor access.Actor, in *answerQuestionnaireInput) (*struct{}, error) {
		return nil, service.Answer(ctx, actor, in.ID, questionnaire.Reply{Scores: in.Body.Scores, Picks: in.Body.Picks, Words: in.Body.Words})
	})
	register(a, operation{id: "get_questionnaire_settings", method: http.MethodGet, path: "/questionnaire-settings", tag: "organisation"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[questionnaireSettings], error) {
		s, err := service.HowOften(ctx, actor)
		return &output[questionnaireSettings]{questionnaireSettings{s.Most, questionnaire.RestDays, s.Revision}}, err
	})
	register(a, operation{id: "set_questionnaire_settings", method: http.MethodPut, path: "/questionnaire-settings", tag: "organisation"}, func(ctx context.Context, actor access.Actor, in *setQuestionnaireSettingsInput) (*output[questionnaireSettings], error) {
		s, err := service.SetHowOften(ctx, actor, questionnaire.Settings{Most: in.Body.Most, Revision: in.Body.Revision})
		return &output[questionnaireSettings]{questionnaireSettings{s.Most, questionnaire.RestDays, s.Revision}}, err
	})
	register(a, op("get_questionnaire_results", http.MethodGet, "/{id}/results", 0), a.questionnaireResults)
}

func (a *API) stepQuestionnaire(ctx context.Context, actor access.Actor, in *stepQuestionnaireInput) (*output[Questionnaire], error) {
	service := a.services.Questionnaires
	day := calendar.NoDate
	if in.Body.To == "open" || in.Body.To == "prolong" {
		var c fact.Checker
		if day = fromAPIDate(&c, "closes_on", in.Body.ClosesOn); c.Err() != nil {
			return nil, c.Err()
		}
	}
	var q questionnaire.Questionnaire
	var err error
	switch in.Body.To {
	case "open":
		q, err = service.Open(ctx, actor, in.ID, day)
	case "prolong":
		q, err = service.Prolong(ctx, actor, in.ID, day)
	case "close":
		q, err = service.Close(ctx, actor, in.ID)
	case "again":
		q, err = service.Again(ctx, actor, in.ID)
	case "drop":
		err = service.Drop(ctx, actor, in.ID)
	}
	return &output[Questionnaire]{toAPIQuestionnaire(questionnaire.Row{Questionnaire: q, Stands: q.State})}, err
}

func fromBoth(t bothTexts) ruledoc.Text { return ruledoc.Text{Zh: t.Zh, En: t.En} }

func toBoth(t ruledoc.Text) bothTexts { return bothTexts{t.Zh, t.En} }

func fromAPIQuestionnaire(id int64, in questionnaireBody) questionnaire.Draft {
	d := questionnaire.Draft{ID: id, Seen: in.Revision, ClosesOn: calendar.NoDate, Document: questionnaire.Document{Title: fromBoth(in.Title), Intro: fromBoth(in.Intro)}, Audience: questionnaire.Audience{RegionIDs: in.Audience.RegionIDs, TeamIDs: in.Audience.TeamIDs, Layers: in.Audience.Layers}}
	for _, q := range in.Questions {
		one := questionnaire.Question{ID: q.ID, Kind: questionnaire.Kind(q.Kind), Theme: questionnaire.Theme(q.Theme), Reversed: q.Reversed, Text: fromBoth(q.Text), Feeds: questionnaire.Feed(q.Feeds)}
		for _, o := range q.Options {
			one.Options = append(one.Options, questionnaire.Option{ID: o.ID, Text: fromBoth(o.Text)})
		}
		d.Document.Questions = append(d.Document.Questions, one)
	}
	return d
}

func toAPIQuestionnaire(row questionnaire.Row) Questionnaire {
	out := Questionnaire{ID: row.ID, Title: toBoth(row.Document.Title), Intro: toBoth(row.Document.Intro), State: string(row.Stands), BeforeID: row.BeforeID, Questions: []questionnaireItem{}, Invited: row.Invited, Answered: row.Answered, Asked: row.Asked, Done: row.Done, Revision: row.Revision,
		Audience: questionnaireAudience{row.Audience.RegionIDs, row.Audience.TeamIDs, row.Audience.Layers}}
	if row.ID != 0 && row.ClosesOn != calendar.NoDate {
		out.ClosesOn = toAPIDate(row.ClosesOn)
	}
	for _, q := range row.Document.Questions {
		one := questionnaireItem{ID: q.ID, Kind: string(q.Kind), Theme: string(q.Theme), Reversed: q.Reversed, Text: toBoth(q.Text), Feeds: string(q.Feeds)}
		for _, o := range q.Options {
			one.Options = append(one.Options, questionnaireOption{o.ID, toBoth(o.Text)})
		}
		out.Questions = append(out.Questions, one)
	}
	return out
}

func (a *API) questionnaireResults(ctx context.Context, actor access.Actor, in *questionnaireResultsInput) (*output[QuestionnaireResults], error) {
	res, err := a.services.Questionnaires.Results(ctx, actor, in.ID, in.Group)
	if err != nil {
		return nil, err
	}
	f := &res.Group.Figures
	out := QuestionnaireResults{ID: res.ID, Group: toAPIStaffGroup(&res.Group, res.Before), Groups: []questionnaireGroup{}, Layers: []questionnaireGroup{}, Choices: []questionnaireCount{}, Words: []questionnaireWords{}, Drivers: []questionnaireDrive{}, Why: map[string]string{}}
	for i := range res.Groups {
		out.Groups = append(out.Groups, toAPIStaffGroup(&res.Groups[i], nil))
	}
	for _, l := range res.Layers {
		out.Layers = append(out.Layers, toAPIStaffLayer(l))
	}
	for _, c := range f.Choices {
		one := questionnaireCount{c.Question.ID, c.Count, map[string]int{}}
		for _, o := range c.Options {
			one.Options[o.Option.ID] = o.Count
		}
		out.Choices = append(out.Choices, one)
	}
	for _, w := range res.Words {
		out.Words = append(out.Words, questionnaireWords{w.Question.ID, append([]string{}, w.Words...)})
	}
	for _, d := range f.Drivers {
		out.Drivers = append(out.Drivers, questionnaireDrive{string(d.Theme), decimalText(d.Score), decimalText(d.Correlation), decimalText(d.Low), decimalText(d.High), string(d.Quadrant)})
	}
	for what, why := range map[string]string{"layers": res.LayersWhy.Key, "words": res.WordsWhy.Key, "drivers": f.DriversWhy.Key} {
		if why != "" {
			out.Why[what] = why
		}
	}
	if res.Before != nil {
		out.BeforeOn = toAPIDate(res.BeforeOn)
	}
	return &output[QuestionnaireResults]{out}, nil
}

func toAPIStaffGroup(g *questionnaire.GroupResult, before *questionnaire.Figures) questionnaireGroup {
	out := questionnaireGroup{Key: g.Key, Name: g.Name, Invited: g.Invited, Answered: g.Answered, Hidden: g.Hidden, Themes: []questionnaireTheme{}, ENPS: toAPIStaffScore(g.Figures.Score)}
	for i := range g.Figures.Themes {
		t := &g.Figures.Themes[i]
		one := questionnaireTheme{Theme: string(t.Theme), Mean: decimalText(t.Mean()), Counts: t.Counts[:]}
		if t.AlphaWhy.Key == "" {
			one.Alpha = decimalText(t.Alpha)
		}
		if before != nil {
			if b, known := before.Theme(t.Theme); known {
				one.Before = decimalText(b.Mean())
			}
		}
		out.Themes = append(out.Themes, one)
	}
	return out
}

func toAPIStaffLayer(l questionnaire.LayerResult) questionnaireGroup {
	out := questionnaireGroup{Answered: l.Answers, Themes: []questionnaireTheme{}, ENPS: toAPIStaffScore(l.Score)}
	for i, layer := range l.Layers {
		if i > 0 {
			out.Key += "+"
		}
		out.Key += layer
	}
	for _, theme := range questionnaire.Themes {
		if counts, known := l.Themes[theme]; known {
			out.Themes = append(out.Themes, questionnaireTheme{Theme: string(theme), Mean: decimalText(questionnaire.ThemeResult{Counts: counts}.Mean()), Counts: append([]int{}, counts[:]...)})
		}
	}
	return out
}

func toAPIStaffScore(s *questionnaire.Score) *questionnaireScore {
	if s == nil || s.Answers() == 0 {
		return nil
	}
	return &questionnaireScore{decimalText(s.Value), decimalText(s.Low), decimalText(s.High), s.Promoters, s.Passives, s.Detractors}
}
