package i18n

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

func printers(t *testing.T) (zh, en *Printer) {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(ZhCN), c.Printer(En)
}

func TestFigures(t *testing.T) {
	t.Parallel()
	zh, en := printers(t)
	day := func(s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	now := time.Date(2026, 9, 24, 15, 40, 0, 0, time.FixedZone("CST", 8*3600))
	for _, test := range []struct {
		name          string
		write         func(p *Printer) string
		wantZh, wantE string
	}{
		{"money in full", func(p *Printer) string { return p.Money(467734, "CNY") }, "¥4,677.34", "¥4,677.34"},
		{"minus is the mathematical sign", func(p *Printer) string { return p.Money(-51780, "CNY") }, "−¥517.80", "−¥517.80"},
		{"zero has its decimals", func(p *Printer) string { return p.Money(0, "CNY") }, "¥0.00", "¥0.00"},
		{"a gain with its sign", func(p *Printer) string { return p.MoneySigned(33600, "CNY") }, "+¥336.00", "+¥336.00"},
		{"yen have no decimals", func(p *Printer) string { return p.Money(1234567, "JPY") }, "JP¥1,234,567", "JP¥1,234,567"},
		{"the least amount", func(p *Printer) string { return p.Amount(-9223372036854775808, "CNY") }, "−92,233,720,368,547,758.08", "−92,233,720,368,547,758.08"},
		{"lists in whole units", func(p *Printer) string { return p.AmountWhole(34179950, "CNY") }, "341,800", "341,800"},
		{"whole units that round to zero", func(p *Printer) string { return p.AmountWhole(-40, "CNY") }, "0", "0"},
		{"board, millions", func(p *Printer) string { return p.Board(661_400_000, "CNY") }, "661.4万", "¥6.61M"},
		{"board, over ten millions", func(p *Printer) string { return p.Board(1_234_560_000, "CNY") }, "1,235万", "¥12.35M"},
		{"board, hundred millions", func(p *Printer) string { return p.Board(12_800_000_000, "CNY") }, "1.28亿", "¥128.00M"},
		{"board, just under the next unit", func(p *Printer) string { return p.Board(9_999_996_000, "CNY") }, "1.00亿", "¥100.00M"},
		{"board, small", func(p *Printer) string { return p.Board(467734, "CNY") }, "4,677元", "¥4,677"},
		{"board, loss", func(p *Printer) string { return p.Board(-661_400_000, "CNY") }, "−661.4万", "−¥6.61M"},
		{"percent", func(p *Printer) string { return p.Percent(big.NewRat(832, 1000)) }, "83.2%", "83.2%"},
		{"a share of nothing", func(p *Printer) string { return p.Percent(Share(1, 0)) }, "–", "–"},
		{"points", func(p *Printer) string { return p.Points(big.NewRat(34, 1000)) }, "3.4点", "3.4 pts"},
		{"whole number", func(p *Printer) string { return p.Int(-12480) }, "−12,480", "−12,480"},
		{"date in tables", func(p *Printer) string { return p.Date(day("2026-09-24")) }, "2026-09-24", "2026-09-24"},
		{"no date", func(p *Printer) string { return p.Date(calendar.NoDate) }, "–", "–"},
		{"day in sentences", func(p *Printer) string { return p.Day(day("2026-09-24")) }, "9月24日 周四", "Thu 24 Sep"},
		{"month", func(p *Printer) string { return p.Month(calendar.NewMonth(2026, 8)) }, "2026年8月", "Aug 2026"},
		{"quarter", func(p *Printer) string { return p.Quarter(2026, 3) }, "2026年第三季度", "Q3 2026"},
		{"work day", func(p *Printer) string { return p.Workday(19, 22) }, "第19/22个工作日", "workday 19 of 22"},
		{"a moment today, from another zone", func(p *Printer) string { return p.Moment(time.Date(2026, 9, 24, 2, 12, 0, 0, time.UTC), now) }, "今天 10:12", "today 10:12"},
		{"a moment this year", func(p *Printer) string { return p.Moment(now.AddDate(0, 0, -20), now) }, "9月4日 15:40", "4 Sep 15:40"},
		{"a moment last year", func(p *Printer) string { return p.Moment(now.AddDate(-1, 0, 0), now) }, "2025-09-24 15:40", "2025-09-24 15:40"},
		{"minutes ago", func(p *Printer) string { return p.Ago(now.Add(-18*time.Minute), now) }, "18分钟前", "18 minutes ago"},
		{"days ago", func(p *Printer) string { return p.Ago(now.Add(-41*24*time.Hour), now) }, "41天前", "41 days ago"},
		{"time left", func(p *Printer) string { return p.Deadline(now.Add(5*time.Hour), now) }, "剩5小时", "5 hours left"},
		{"time over", func(p *Printer) string { return p.Deadline(now.Add(-2*time.Hour), now) }, "超时2小时", "2 hours over"},
		{"far deadline is a day", func(p *Printer) string { return p.Deadline(now.Add(5*24*time.Hour), now) }, "9月29日 周二", "Tue 29 Sep"},
		{"one hour", func(p *Printer) string { return p.Span(time.Hour) }, "1小时", "1 hour"},
		{"file size", func(p *Printer) string { return p.FileSize(1_258_291) }, "1.2 MB", "1.2 MB"},
		{"list", func(p *Printer) string { return p.Join([]string{"a", "b"}) }, "a、b", "a, b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.write(zh); got != test.wantZh {
				t.Errorf("zh-CN: %q, want %q", got, test.wantZh)
			}
			if got := test.write(en); got != test.wantE {
				t.Errorf("en: %q, want %q", got, test.wantE)
			}
		})
	}
}

func TestAmountLosesNothing(t *testing.T) {
	t.Parallel()
	zh, _ := printers(t)
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		plain := strings.NewReplacer(",", "", Minus, "-").Replace(zh.Amount(minor, money.CNY))
		if want := money.Format(minor, money.CNY); plain != want {
			t.Fatalf("%q, want %q", plain, want)
		}
	})
}

func TestTexts(t *testing.T) {
	t.Parallel()
	zh, en := printers(t)
	if got := en.T("pager.total", "Count", 1); got != "1 record" {
		t.Errorf("singular: %q", got)
	}
	if got := en.T("pager.total", "Count", int64(1200)); got != "1,200 records" {
		t.Errorf("plural: %q", got)
	}
	if got := zh.T("pager.total", "Count", 1); got != "共1条" {
		t.Errorf("Chinese: %q", got)
	}
	if got := zh.T("no.such.key"); got != "⟦no.such.key⟧" {
		t.Errorf("missing key: %q", got)
	}
	if got := zh.T("pager.range", "From", 1); got != "第1–⟦.To⟧条" {
		t.Errorf("missing argument: %q", got)
	}
	if missing := zh.catalogue.Missing(); missing["zh-CN no.such.key"] != 1 || missing["zh-CN pager.range .To"] != 1 {
		t.Errorf("not counted: %v", missing)
	}
	var none *Printer
	if got := none.T("common.ok") + none.Money(100, "CNY"); got != "⟦common.ok⟧¥1.00" {
		t.Errorf("nil printer: %q", got)
	}
}

func TestNamesAndClocksFollowTheReader(t *testing.T) {
	t.Parallel()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	named := Named{ID: "commission", Zh: "提成"}
	if zh, en := c.Printer(ZhCN).plain(named), c.Printer(En).plain(named); zh != "「提成」" || en != "commission" {
		t.Errorf("named %s, %s", zh, en)
	}
	noon := time.Date(2026, 10, 8, 12, 0, 0, 0, time.UTC)
	if got := c.Printer(En).Local(noon).Hour(); got != 20 {
		t.Errorf("in China it is %d", got)
	}
	if got := c.Printer(En).In(time.UTC).Local(noon).Hour(); got != 12 {
		t.Errorf("in UTC it is %d", got)
	}
}
