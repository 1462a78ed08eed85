package pay_test

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
)

// disputesOver is the service of disputes in China.
func disputesOver(db *store.DB) *dispute.Service {
	return dispute.NewService(db.Disputes(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)
}
