package insight_test

import (
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/insight"
)

func months(n int, at func(int) float64) (list []insight.Point) {
	first := calendar.NewMonth(2024, 1)
	for i := range n {
		list = append(list, insight.Point{Month: first + calendar.Month(i), Value: at(i), Share: 1})
	}
	return list
}

func TestASignalIsToldFromNoise(t *testing.T) {
	t.Parallel()
	calm := func(i int) float64 { return 100 + float64(i*7%5) }
	for name, test := range map[string]struct {
		series []insight.Point
		addsUp bool
		known  bool
		side   int
	}{
		"calm":             {months(20, calm), false, true, 0},
		"falls out":        {append(months(20, calm), insight.Point{Month: calendar.NewMonth(2025, 9), Value: 60, Share: 1}), false, true, -1},
		"rises out":        {append(months(20, calm), insight.Point{Month: calendar.NewMonth(2025, 9), Value: 160, Share: 1}), false, true, 1},
		"too few":          {months(15, calm), false, false, 0}, // 14 before the newest
		"just enough":      {months(16, calm), false, true, 0},
		"on pace":          {append(months(20, calm), insight.Point{Month: calendar.NewMonth(2025, 9), Value: 51, Share: .5}), true, true, 0},
		"behind its pace":  {append(months(20, calm), insight.Point{Month: calendar.NewMonth(2025, 9), Value: 30, Share: .5}), true, true, -1},
		"only just begun":  {append(months(20, calm), insight.Point{Month: calendar.NewMonth(2025, 9), Value: 1, Share: .1}), true, false, 0},
		"nothing":          {nil, false, false, 0},
		"the usual season": {months(36, func(i int) float64 { return calm(i) * (1 + float64(i%12)/8) }), true, true, 0},
	} {
		v, ok, err := insight.Judge(test.series, test.addsUp)
		if err != nil || ok != test.known || v.Outside != test.side {
			t.Errorf("%s: %+v, known %t, %v; want %d, known %t", name, v, ok, err, test.side, test.known)
		}
	}
	seasonal := months(36, func(i int) float64 { return calm(i) * (1 + float64(i%12)/8) })
	seasonal[35].Value /= 3
	if v, ok, err := insight.Judge(seasonal, true); err != nil || !ok || !v.Seasonal || v.Outside != -1 {
		t.Errorf("a December a third as good as usual: %+v, %t, %v", v, ok, err)
	}
}
