package finding

func surveyDisengaged() Analyser {
	return Analyser{
		Kind: "survey_disengaged", Area: AreaTeam, Needs: []Part{SurveyAnswers, Teams},
		Method: "Mean of the engagement questions by respondent, 1 to 5. Random-effects comparison over teams; groups under five are not told (methods D9).",
		Least:  "5 respondents of a team", look: func(l *look) { l.answered(QuestionEngagement, 0.5) },
	}
}
