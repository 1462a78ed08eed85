//go:build samples

package intake_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/intake"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/tabular"
)

// sample imports a folder of well-known data by its mapping in docs. The data are not ours to ship.
func sample(t *testing.T, folder, mapping string) *bundle {
	t.Helper()
	data := os.Getenv("XIAOGUAN_TEST_DATA")
	if data == "" {
		t.Fatal("XIAOGUAN_TEST_DATA does not name the folder of test data")
	}
	db := storetest.SQLite(t)
	files := &memory{files: map[string]map[string][]byte{}, written: map[string]time.Time{}}
	b := &bundle{t: t, house: monthtest.NewHouse(db, time.Now), files: files, Service: intake.NewService(db.Imports(), files, monthtest.NewID(time.Now), tabular.Limits{FileBytes: 4 << 20})}
	text, err := os.ReadFile(filepath.Join("../../docs", mapping))
	b.must(err)
	paths, err := filepath.Glob(filepath.Join(data, folder, "*.csv"))
	b.must(err)
	slices.Sort(paths)
	i, err := b.Receive(t.Context(), operator, folder, string(text), func() (*intake.Upload, error) {
		if len(paths) == 0 {
			return nil, nil
		}
		content, err := os.ReadFile(paths[0])
		name := filepath.Base(paths[0])
		paths = paths[1:]
		return &intake.Upload{Name: name, From: strings.NewReader(string(content))}, err
	})
	b.must(err)
	i, err = b.Apply(t.Context(), operator, i.ID, false)
	b.must(err)
	b.must(b.carryOut(b.start(i)))
	if i, err = b.Get(t.Context(), operator, i.ID); err != nil || i.State != intake.StateApplied {
		t.Fatalf("%s: %v %+v", i.State, err, i.Result.Report.Problems[:min(5, len(i.Result.Report.Problems))])
	}
	return b
}

func (b *bundle) finds(wants map[string]string) {
	b.t.Helper()
	for query, want := range wants {
		if got := b.texts(query); got != want {
			b.t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// TestThePipelineOfASampleCompany holds the numbers that are published of the data: stages, wins by quarter, and what the regions sold.
func TestThePipelineOfASampleCompany(t *testing.T) {
	t.Parallel()
	b := sample(t, "maven-crm", "mapping-maven-crm.yaml")
	const sold = `SELECT CAST(SUM(d.amount_minor) / 100 AS TEXT) FROM deal d JOIN deal_share s ON s.deal_id = d.id JOIN assignment a ON a.person_id = s.person_id JOIN team t ON t.id = a.team_id JOIN region r ON r.id = t.region_id GROUP BY r.key ORDER BY r.key`
	b.finds(map[string]string{
		"SELECT state || stage || ' ' || COUNT(*) FROM opportunity GROUP BY state, stage ORDER BY state, stage":                                                  "lostneeds 2473 opendevelopment 500 openneeds 1589 woncontract 4238",
		"SELECT CAST(COUNT(*) AS TEXT) FROM opportunity WHERE state = 'won' GROUP BY (SUBSTR(ended_on, 6, 2) + 2) / 3 ORDER BY (SUBSTR(ended_on, 6, 2) + 2) / 3": "531 1254 1257 1196",
		"SELECT CAST(COUNT(*) AS TEXT) FROM opportunity o JOIN customer c ON c.id = o.customer_id WHERE c.key = 'Unknown account'":                               "1425",
		"SELECT CAST(COUNT(*) AS TEXT) FROM opportunity o JOIN deal d ON d.key = o.deal_key AND d.customer_id = o.customer_id":                                   "4238",
		"SELECT CAST(COUNT(*) AS TEXT) FROM person":                                             "41",
		"SELECT CAST(COUNT(*) AS TEXT) FROM process_event WHERE activity IN ('signed', 'lost')": "6711",
		"SELECT CAST(SUM(amount_minor) / 100 AS TEXT) FROM payment":                             "10005534",
		sold: "3346293 3090594 3568647",
	})
}

// TestThePurchasesOfASampleShop holds the totals of the data, to the fen of each line.
func TestThePurchasesOfASampleShop(t *testing.T) {
	t.Parallel()
	b := sample(t, "superstore-cn", "mapping-superstore.yaml")
	b.finds(map[string]string{
		"SELECT CAST(COUNT(*) AS TEXT) FROM deal":                          "10000",
		"SELECT CAST(COUNT(*) AS TEXT) FROM customer":                      "790",
		"SELECT CAST((SUM(amount_minor) + 50) / 100 AS TEXT) FROM deal":    "16117548",
		"SELECT CAST((SUM(amount_minor) + 50) / 100 AS TEXT) FROM payment": "16117548",
		"SELECT CAST(SUM(units) AS TEXT) FROM deal_detail":                 "37675",
		"SELECT CAST(COUNT(*) AS TEXT) FROM deal d JOIN deal_share s ON s.deal_id = d.id JOIN person p ON p.id = s.person_id GROUP BY p.key ORDER BY p.key": "1685 2588 2958 1369 479 921",
	})
}
