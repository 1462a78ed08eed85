package sales

import (
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// stageOptions are stages to choose from.
func stageOptions(p *i18n.Printer, set *opportunity.StageSet, stages []opportunity.Stage) (options []ui.Option) {
	for _, stage := range stages {
		options = append(options, ui.Option{Value: string(stage), Label: set.Label(stage, p.Zh())})
	}
	return options
}

// stageFilter are the stages to look for: those in force, and behind them earlier ones, on which lost opportunities may have stayed.
func stageFilter(p *i18n.Printer, set *opportunity.StageSet) []ui.Option {
	options := stageOptions(p, set, set.IDs())
	for _, e := range set.Former() {
		options = append(options, ui.Option{Value: string(e.ID), Label: set.Label(e.ID, p.Zh()), Group: p.T("opportunity.former_stages")})
	}
	return options
}
