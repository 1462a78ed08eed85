package finding

func planNotUnderstood() Analyser {
	return Analyser{
		Kind: "plan_not_understood", Area: AreaIncentive, Needs: []Part{SurveyAnswers, Teams},
		Method: "Mean of the question plan_understood by respondent, 1 to 5. Random-effects comparison over teams; groups under five are not told (methods D9).",
		Least:  "5 respondents of a team", look: func(l *look) { l.answered(QuestionPlan, 0.8) },
	}
}
