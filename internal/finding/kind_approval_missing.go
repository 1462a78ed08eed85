package finding

func approvalMissing() Analyser {
	return Analyser{
		Kind: "approval_missing", Area: AreaProcess, Needs: []Part{Approvals, ProcessEvents, Opportunities, Persons},
		Method: "Share of proposals of the last 12 months that were sent without anybody having asked for approval (methods P9, stage 3). Funnel plot with overdispersion.",
		Least:  "15 proposals of a team", look: func(l *look) { l.proposed(func(s sent) bool { return !s.asked }) },
	}
}
