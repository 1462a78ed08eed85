package admin

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
)

// TestChangesAreSaidFieldByField: what stayed is left out, amounts have their currency's digits, people their names, texts one language.
func TestChangesAreSaidFieldByField(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	named := auditNames{persons: map[int64]string{7: "陈思远"}}
	for name, c := range map[string]struct {
		action, before, after string
		want                  map[string]string
	}{
		"amounts and people": {"adjustment.propose", "", `{"person":7,"amount_minor":-123456,"currency":"CNY","reason":"更正","paid_in":""}`,
			map[string]string{"人员": "陈思远", "金额": "−1,234.56", "币种": "CNY", "原因": "更正"}},
		"without minor units": {"adjustment.propose", "", `{"amount_minor":1234,"currency":"JPY"}`, map[string]string{"金额": "1,234", "币种": "JPY"}},
		"only what changed":   {"promotion.approved", `{"state":"proposed","from":"regular","on":""}`, `{"state":"approved","from":"regular","on":"2026-11-01"}`, map[string]string{"状态": "待审批 → 已批准", "生效日期": "– → 2026-11-01"}},
		"facts in capitals":   {"deal.record", "", `{"SignedOn":"2026-09-01","AmountMinor":100,"Currency":"CNY","Shares":[{"Person":"QH1","BasisPoints":10000}]}`, map[string]string{"签约日期": "2026-09-01", "签约额": "1.00", "币种": "CNY", "拆分": "份额：100%、人员：QH1"}},
		"one language":        {"shop.offer", "", `{"Name":{"en":"Tea","zh":"下午茶"},"Cost":200}`, map[string]string{"名称": "下午茶", "所需积分": "200"}},
		"open-ended":          {"planbook.approve", `{"to":"2026-09-01"}`, `{"to":"9999-12-31"}`, map[string]string{"失效": "2026-09-01 → 长期"}},
		"what is gone":        {"webhook.delete", `{"name":"HR","active":true}`, "", map[string]string{"名称": "HR", "启用": "是"}},
	} {
		v := viewOf(catalogue.Printer(i18n.ZhCN), audit.Entry{Action: c.action, Before: json.RawMessage(c.before), After: json.RawMessage(c.after)}, named)
		got := map[string]string{}
		for _, f := range v.Facts {
			got[f.Term] = f.Text
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		for term, want := range c.want {
			if got[term] != want {
				t.Errorf("%s: %s is %q, want %q", name, term, got[term], want)
			}
		}
		if v.Raw == "" {
			t.Errorf("%s: the record is not there", name)
		}
	}
}

// TestEveryActionHasWords: what the program writes into the log by name has a text for what it is about and for what was done.
func TestEveryActionHasWords(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.Printer(i18n.ZhCN)
	written := regexp.MustCompile(`audit\.Append\([^"\n]*"([a-z_]+\.[a-z_]+)"(?:, *(?:fmt\.Sprintf\()?"([a-z_]+):)?`)
	subjects := regexp.MustCompile(`[sS]ubject[A-Za-z]*\([^)\n]*\) string \{ return "([a-z_]+):`)
	found := 0
	err = filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		var kinds []string
		for _, match := range written.FindAllSubmatch(source, -1) {
			found++
			if text := actionText(p, string(match[1])); latin.MatchString(text) {
				t.Errorf("%s: %s is shown as %q", path, match[1], text)
			}
			kinds = append(kinds, string(match[2]))
		}
		for _, match := range subjects.FindAllSubmatch(source, -1) {
			kinds = append(kinds, string(match[1]))
		}
		for _, kind := range kinds {
			if kind != "" && kindText(p, kind) == kind {
				t.Errorf("%s: no word for the subject %s", path, kind)
			}
		}
		return err
	})
	if err != nil || found < 150 {
		t.Errorf("%d actions found, %v", found, err)
	}
}

// latin is what a code looks like beside Chinese; SOP is a word of sellers.
var latin = regexp.MustCompile(`[a-z_]{2,}`)

// TestEveryJobHasAName: no kind of job is shown by its code.
func TestEveryJobHasAName(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	named, found := regexp.MustCompile(`job\.Kind = "([a-z]+\.[a-z]+)"`), 0
	err = filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range named.FindAllSubmatch(source, -1) {
			found++
			kind := job.Kind(match[1])
			for _, lang := range []i18n.Lang{i18n.ZhCN, i18n.En} {
				if jobName(catalogue.Printer(lang), job.Job{Spec: job.Spec{Kind: kind}}) == string(kind) {
					t.Errorf("%s: no name for the job %s in %s", path, kind, lang)
				}
			}
		}
		return err
	})
	if err != nil || found < 10 {
		t.Errorf("%d kinds of jobs found, %v", found, err)
	}
}
