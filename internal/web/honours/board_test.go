package honours

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

// TestABoardOfThousandsListsTheFirst: a company's board would be a page of megabytes.
func TestABoardOfThousandsListsTheFirst(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	ctx := httpx.WithPreferences(t.Context(), httpx.Preferences{Lang: i18n.ZhCN}, catalogue.Printer(i18n.ZhCN))
	month := calendar.NewMonth(2026, 9)
	for _, c := range []struct {
		people int
		more   bool
	}{{200, false}, {201, true}} {
		board := honour.Board{Term: honour.TermOf(plan.SpanQuarter, month), By: honour.ByAmount, Of: c.people}
		for i := range c.people {
			board.Lines = append(board.Lines, honour.BoardLine{Place: i + 1, Name: "第" + strconv.Itoa(i+1) + "人"})
		}
		var page bytes.Buffer
		if err := boardPage(ctx, board, nil, month.Last()).Render(ctx, &page); err != nil {
			t.Fatal(err)
		}
		text := page.String()
		if !strings.Contains(text, "第200人") || strings.Contains(text, "第201人") {
			t.Errorf("of %d people others than the first 200 are listed", c.people)
		}
		if more := strings.Contains(text, "只列前 200 位"); more != c.more {
			t.Errorf("of %d people: told that there are more: %t", c.people, more)
		}
	}
}
