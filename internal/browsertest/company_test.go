package browsertest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ingest"
)

// company is a tiny company in the tables of our own format: field names first, then rows.
type company map[string][][]string

// seller is who opens their statement at the end. Their pay of the month, by hand: collected 60,000 + 20,000 at 3 % and 30 % of
// 100,000 − 10,000 at 2 %; 107,000 of 100,000 is 107 %, where the whole month counts 1.2 times: (2,400 + 540) × 1.2 = 3,528.00.
const (
	sellerMinor = 352800
	sellerKey   = "1003"
)

// names are the people of the company, by employee number, in both languages.
var names = map[string][2]string{
	"1001": {"王芳", "Fang Wang"}, "1002": {"李雷", "Lei Li"}, "1003": {"张敏", "Min Zhang"}, "1004": {"陈晨", "Chen Chen"},
	"1005": {"赵磊", "Lei Zhao"}, "1006": {"欧阳明月", "Mingyue Ouyang-Featherstonehaugh"},
}

func nameOf(key string, lang i18n.Lang) string {
	if lang == i18n.ZhCN {
		return names[key][0]
	}
	return names[key][1]
}

func newCompany(lang i18n.Lang) company {
	n := func(key string) string { return nameOf(key, lang) }
	return company{
		"regions": {{"key", "name"}, {"HD", "华东"}},
		"teams":   {{"key", "name", "region", "leader"}, {"T1", "华东一组", "HD", "1001"}, {"T2", "华东二组", "HD", "1002"}},
		"persons": {{"key", "name", "team", "level", "hired_on"},
			{"1001", n("1001"), "T1", "manager", "2019-03-01"}, {"1002", n("1002"), "T2", "manager", "2020-07-15"},
			{"1003", n("1003"), "T1", "regular", "2024-02-01"}, {"1004", n("1004"), "T1", "core", "2021-05-10"},
			{"1005", n("1005"), "T2", "newcomer", "2026-08-03"}, {"1006", n("1006"), "T2", "regular", "2023-11-20"}},
		"customers": {{"key", "name", "industry", "city"}, {"C1", "苏州恒创精密机械有限公司", "机械", "苏州"}, {"C2", "杭州云山电子科技股份有限公司", "电子", "杭州"},
			{"C3", "上海蓝湾食品", "食品", "上海"}, {"C4", "宁波海曙五金", "五金", "宁波"}},
		"products": {{"key", "name", "category"}, {"P1", "控制器", "A"}, {"P2", "传感器", "B"}, {"P3", "服务", "C"}},
		"deals": {{"key", "customer", "product", "signed_on", "amount", "seller_1", "share_1", "seller_2", "share_2"},
			{"D1", "C1", "P1", "2026-08-20", "200,000.00", "1003", "100%", "", ""}, {"D2", "C2", "P2", "2026-08-25", "300,000.00", "1004", "70%", "1003", "30%"},
			{"D3", "C3", "P3", "2026-09-02", "50,000.00", "1005", "", "", ""}, {"D4", "C4", "P1", "2026-09-05", "80,000.00", "1006", "", "", ""}},
		"payments": {{"key", "deal", "paid_on", "amount"},
			{"R1", "D1", "2026-09-10", "60,000.00"}, {"R2", "D1", "2026-09-18", "20,000.00"}, {"R3", "D2", "2026-09-12", "100,000.00"},
			{"R4", "D2", "2026-09-25", "-10,000.00"}, {"R5", "D3", "2026-09-15", "30,000.00"}, {"R6", "D4", "2026-09-20", "40,000.00"}},
		"quotas": {{"person", "month", "of", "amount"}, {"1003", "2026-09", "", "100,000.00"}, {"1004", "2026-09", "", "50,000.00"},
			{"1005", "2026-09", "", "20,000.00"}, {"1006", "2026-09", "", "100,000.00"}},
	}
}

// write writes the tables as CSV files, headed as the templates are in the language, and returns their paths.
func (c company) write(t *testing.T, lang i18n.Lang) (paths []string) {
	t.Helper()
	folder := t.TempDir()
	for _, kind := range ingest.Kinds() {
		rows, has := c[kind.Name]
		if !has {
			continue
		}
		name := kind.En
		if lang == i18n.ZhCN {
			name = kind.Zh
		}
		path := filepath.Join(folder, strings.ToLower(name)+".csv")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		out := csv.NewWriter(file)
		for i, row := range rows {
			if i == 0 {
				headers := make([]string, len(row))
				for k, field := range row {
					headers[k] = kind.Field(field).Header(string(lang))
				}
				row = headers
			}
			_ = out.Write(row)
		}
		out.Flush()
		if err := file.Close(); err != nil || out.Error() != nil {
			t.Fatal(err, out.Error())
		}
		paths = append(paths, path)
	}
	return paths
}
