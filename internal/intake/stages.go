package intake

import (
	"context"

	"xiaoguan/internal/opportunity"
)

// WithStages says which stages opportunities stand on; without it they are those that ship.
func (s *Service) WithStages(source opportunity.Stages) *Service {
	s.stages = source
	return s
}

// Stages are the stages that opportunities stand on, for templates and views.
func (s *Service) Stages(ctx context.Context) (*opportunity.StageSet, error) {
	return s.stages.Stages(ctx)
}
