//go:build cdnow

// The estimates published for real purchases. The data are nobody's to ship, so this is built only where somebody has them:
//
//	XIAOGUAN_TEST_DATA=‹folder› go test -tags cdnow -run CDNOW ./internal/stats
package stats_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"xiaoguan/internal/stats"
)

// cdnow reads the purchases of the CDNOW sample and sums up each customer's first 39 weeks.
func cdnow(t *testing.T) (histories []stats.History, spends []stats.Spend) {
	t.Helper()
	folder := os.Getenv("XIAOGUAN_TEST_DATA")
	if folder == "" {
		t.Fatal("XIAOGUAN_TEST_DATA does not name the folder of test data")
	}
	file := must(os.Open(filepath.Join(folder, "cdnow", "cdnow_sample.csv")))
	defer file.Close()
	rows := must(csv.NewReader(file).ReadAll())[1:]
	end := must(time.Parse(time.DateOnly, "1997-09-30"))
	days := map[string]map[time.Time]float64{}
	for _, row := range rows {
		day, dollars := must(time.Parse(time.DateOnly, row[2])), must(strconv.ParseFloat(row[4], 64))
		if days[row[1]] == nil {
			days[row[1]] = map[time.Time]float64{}
		}
		if !day.After(end) {
			days[row[1]][day] += dollars
		}
	}
	for _, bought := range days {
		first, last := end, time.Time{}
		for day := range bought {
			if day.Before(first) {
				first = day
			}
			if day.After(last) {
				last = day
			}
		}
		repeats, total := len(bought)-1, 0.0
		for day, dollars := range bought {
			if day != first {
				total += dollars
			}
		}
		weeks := func(d time.Duration) float64 { return d.Hours() / 24 / 7 }
		histories = append(histories, stats.History{Repeats: repeats, Last: weeks(last.Sub(first)), Age: weeks(end.Sub(first))})
		if repeats > 0 && total > 0 {
			spends = append(spends, stats.Spend{Repeats: repeats, Mean: total / float64(repeats)})
		}
	}
	return histories, spends
}

func TestFitOnCDNOW(t *testing.T) {
	t.Parallel()
	histories, spends := cdnow(t)
	fit := must(stats.FitPurchases(histories, stats.FitOptions{}))
	t.Logf("%+v", fit)
	near(t, "r", fit.Model.R, 0.2426, 0.0001)
	near(t, "alpha", fit.Model.Alpha, 4.4136, 0.001)
	near(t, "a", fit.Model.A, 0.7929, 0.0005)
	near(t, "b", fit.Model.B, 2.4259, 0.002)
	near(t, "log-likelihood", fit.LogLikelihood, -9582.4292, 0.0002)
	if fit.Customers != 2357 || fit.RepeatBuyers != 946 {
		t.Errorf("%d customers, %d of them with a repeat", fit.Customers, fit.RepeatBuyers)
	}
	// Fader and Hardie, note 25: p 6.25, q 3.74, γ 15.44.
	spend := must(stats.FitSpend(spends, stats.FitOptions{}))
	t.Logf("%+v", spend)
	near(t, "p", spend.Model.P, 6.25, 0.05)
	near(t, "q", spend.Model.Q, 3.74, 0.02)
	near(t, "v", spend.Model.V, 15.44, 0.1)
}
