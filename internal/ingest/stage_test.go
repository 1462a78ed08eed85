package ingest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
)

// threeStages took the place of the five that ship.
func threeStages() *opportunity.StageSet {
	stage := func(id, zh, en string, replaces ...string) sop.Stage {
		return sop.Stage{ID: id, Name: sop.Text{Zh: zh, En: en}, Replaces: replaces}
	}
	d := &sop.Standard{Stages: []sop.Stage{stage("visit", "初访", "First visit", "development", "needs"), stage("offer", "报价", "Offer", "proposal"), stage("closing", "成交", "Closing", "contract")}}
	d.Stages[2].Signing = true
	return opportunity.NewStageSet(sop.Default(), d)
}

// opportunitiesOf keeps the opportunities that are read.
type opportunitiesOf struct{ list []Opportunity }

func (o *opportunitiesOf) Put(_ context.Context, b Batch) error {
	o.list = append(o.list, b.Opportunities...)
	return nil
}

func TestStagesOfACompanyAreRead(t *testing.T) {
	t.Parallel()
	set := threeStages()
	for word, want := range map[string]string{"visit": "visit", "初访": "visit", "first visit": "visit", "needs": "visit", "需求对接": "visit", "方案": "offer", "签约回款": "closing", "after_sales": "", "nowhere": ""} {
		if got := stageWords(set)[word]; got != want {
			t.Errorf("%s means %q, want %q", word, got, want)
		}
	}
	file := "商机编号,商机名称,客户编号,负责人工号,阶段,状态,预计金额,币种,创建日期,进入报价日期,Closing since\n" +
		"S1,产线,C1,1001,报价,跟进中,100.00,CNY,2026-03-01,2026-03-09,\n" +
		"S2,产线,C1,1001,成交,赢单,100.00,CNY,2026-03-01,2026-03-09,2026-04-01\n" +
		"S3,产线,C1,1001,初访,赢单,100.00,CNY,2026-03-01,,\n" +
		"S4,产线,C1,1001,谈判,跟进中,100.00,CNY,2026-03-01,,\n" +
		"S5,产线,C1,1001,报价,跟进中,100.00,CNY,2026-03-01,2026-02-01,\n" +
		"S6,产线,C1,1001,报价,跟进中,100.00,CNY,2026-03-01,soon,\n"
	w := openFiles(t, bytesFile("opportunities.csv", []byte(file)))
	proposal := Propose(w)
	if err := proposal.Check(); err != nil {
		t.Fatal(err)
	}
	known := func(fact.Kind, string) bool { return true }
	sink := &opportunitiesOf{}
	report, err := Read(t.Context(), w, &proposal.Mapping, Options{Known: known, Stages: set}, sink)
	if err != nil {
		t.Fatal(err)
	}
	if len(sink.list) != 2 || sink.list[0].Stage != "offer" || len(sink.list[0].StageOn) != 1 || sink.list[0].StageOn[0].Stage != "offer" || len(sink.list[1].StageOn) != 2 {
		t.Errorf("%+v", sink.list)
	}
	var wrong []string
	for _, p := range report.Problems {
		wrong = append(wrong, p.Message.Key)
	}
	slices.Sort(wrong)
	if want := []string{"ingest.bad_date", "ingest.bad_stage", "ingest.before_created", "ingest.stage_not_of_state"}; !slices.Equal(wrong, want) {
		t.Errorf("problems %v, want %v", wrong, want)
	}
	if len(report.Tables[0].UnusedColumns) != 0 {
		t.Errorf("unused %v", report.Tables[0].UnusedColumns)
	}
}

func TestFormsHaveTheStagesOfTheCompany(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang][2]string{i18n.ZhCN: {"进入报价日期,进入成交日期", "初访"}, i18n.En: {"Offer since,Closing since", "First visit"}} {
		var csv bytes.Buffer
		if err := WriteTemplateCSV(&csv, fact.KindOpportunity, string(lang), printer(t, lang), Forms{Stages: threeStages()}); err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(csv.String(), "\n")
		if !strings.HasSuffix(strings.TrimSpace(head), want[0]) || strings.Contains(head, "需求对接") || !strings.Contains(csv.String(), want[1]) {
			t.Errorf("%s: %s", lang, csv.String())
		}
	}
}
