package demo

import (
	"context"
	"slices"

	"xiaoguan/internal/notice"
)

// newest is how many messages nobody has opened yet: what is new, and not two years of it.
const newest = 2

// readOld has everybody read their messages but the newest.
func (f *filler) readOld(ctx context.Context) error {
	if f.Notices == nil {
		return nil
	}
	for _, login := range f.logins {
		actor := f.actor(login.Login)
		var all []notice.Notice
		for filter := (notice.Filter{Limit: notice.LimitMax}); ; {
			page, err := f.Notices.List(ctx, actor, filter)
			if err != nil {
				return err
			}
			all = append(all, page.Notices...)
			if filter.After = page.Next; page.Next == "" {
				break
			}
		}
		var old []string
		for i, n := range all {
			if i >= newest && n.ReadAt.IsZero() {
				old = append(old, n.ID)
			}
		}
		for part := range slices.Chunk(old, notice.LimitMax) {
			if _, err := f.Notices.MarkRead(ctx, actor, part); err != nil {
				return err
			}
		}
	}
	return nil
}
