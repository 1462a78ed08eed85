package metric

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
)

// reviewDays is how old the last review of customers may be at the end of a period: two months, since they are reviewed every month.
const reviewDays = 62

// review is what the last review of customers up to the end of the period found.
func (c *collector) review(ctx context.Context, ids []MeasureID) error {
	kept := ofGrain(ids, grainReview)
	if len(kept) == 0 {
		return nil
	}
	day := min(c.period.To, c.today)
	of, rows, err := c.reader.FileSums(ctx, day)
	if err != nil {
		return err
	}
	if c.travels || of == calendar.NoDate || of < day-reviewDays {
		for _, id := range kept {
			c.why[id] = ReasonNotRecorded
		}
		return nil
	}
	wanted := c.wanted(day)
	for _, row := range rows {
		if wanted(row.PersonID) && slices.Contains(kept, row.Measure) {
			c.part(row.PersonID, day).add(AtEnd, row.Measure, row.Sum)
		}
	}
	return nil
}
