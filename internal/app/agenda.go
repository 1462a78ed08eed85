package app

import "xiaoguan/internal/agenda"

// assembleAgenda makes the list of what somebody is to do, of everything that asks something of people.
func (a *App) assembleAgenda() {
	a.Agenda = agenda.NewService(a.now,
		agenda.OfTasks(a.FollowUps),
		agenda.OfLeads(a.Leads),
		agenda.OfVisits(a.Visits),
		agenda.OfSurveys(a.Surveys),
		agenda.OfStandard(a.Standards),
		agenda.OfMoney(a.Contracts),
		agenda.OfSignatures(a.Contracts),
		agenda.OfCustomers(a.Tiers),
		agenda.OfCases(a.Cases),
		agenda.OfApprovals(a.Approvals),
		agenda.OfReviews(a.Reviews),
		agenda.OfQuestionnaires(a.Questionnaires),
		agenda.OfPiles(a.Tasks),
	)
}
