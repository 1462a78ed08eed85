package finding

func approvalLate() Analyser {
	return Analyser{
		Kind: "approval_late", Area: AreaProcess, Needs: []Part{Approvals, ProcessEvents, Opportunities, Persons},
		Method: "Share of proposals of the last 12 months whose approval was decided after they had been sent: Declare's precedence (methods P2). Funnel plot with overdispersion.",
		Least:  "15 proposals of a team", look: func(l *look) { l.proposed(func(s sent) bool { return s.decided && !s.ahead }) },
	}
}
