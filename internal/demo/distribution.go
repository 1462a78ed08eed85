package demo

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/distribution"
)

// scheduleReports lets operations say when reports are computed by themselves, and who is told.
func (f *filler) scheduleReports(ctx context.Context) error {
	if f.Distribution == nil {
		return nil
	}
	s := distribution.Usual()
	s.Active, s.Roles = true, []access.Role{access.RoleDirector, access.RoleLead, access.RoleOperations}
	_, err := f.Distribution.Set(ctx, f.actor(loginOperations), s)
	return err
}
