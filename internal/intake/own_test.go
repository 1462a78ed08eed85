package intake_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/store/storetest"
)

// ownField adds a field of the company's own.
func (b *bundle) ownField(in customfield.Entry) {
	b.t.Helper()
	in.NameZh = in.Key
	_, err := customfield.NewService(b.house.DB.CustomFieldStore(), nil, storetest.Clock()).Save(b.t.Context(), operator, in)
	b.must(err)
}

func TestColumnsOfOwnFieldsComeInAndAreTakenBack(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.ownField(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "budget", Kind: customfield.KindMoney})
		b.ownField(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "rivals", Kind: customfield.KindChoices, Choices: []customfield.Choice{{NameZh: "华星"}, {NameZh: "凌云"}}})
		b.ownField(customfield.Entry{Object: customfield.ObjectOpportunity, Key: "presales", Kind: customfield.KindPerson})
		b.ownField(customfield.Entry{Object: customfield.ObjectLead, Key: "hall", Kind: customfield.KindText})
		files := work()
		lines := strings.Split(strings.TrimSuffix(files["opportunities.csv"], "\n"), "\n")
		for i, more := range []string{"field.budget,Field.Rivals,field.presales", "1200.50,华星、凌云,B", ",,", "800,c2,"} {
			lines[i] += "," + more
		}
		files["opportunities.csv"] = strings.Join(lines, "\n") + "\n"
		files["leads.csv"] = "线索编号,公司,field.hall\nXS1,新川机械,N3\n"
		first, err := b.receive(files)
		b.must(err)
		b.taken(first.ID)
		_, err = b.Undo(t.Context(), operator, first.ID)
		b.must(err)
		if got := b.texts("SELECT CAST(COUNT(*) AS TEXT) FROM custom_value"); got != "0" {
			t.Errorf("%s rows of the index stay", got)
		}
		i, err := b.receive(files)
		b.must(err)
		b.taken(i.ID)
		if got := b.texts("SELECT fields FROM opportunity ORDER BY id") + b.texts("SELECT fields FROM lead"); got != `{"budget":120050,"presales":"B","rivals":["c1","c2"]}  {"budget":80000,"rivals":["c2"]}{"hall":"N3"}` {
			t.Errorf("came in as %s", got)
		}
		if got := b.texts("SELECT number FROM custom_value WHERE number <> 0 ORDER BY number") + b.texts("SELECT text FROM custom_value WHERE text <> '' ORDER BY text"); got != "80000 120050b c1 c2 c2 n3" {
			t.Errorf("the index has %s", got)
		}
		changed := map[string]string{"opportunities.csv": strings.Replace(files["opportunities.csv"], "1200.50", "", 1)}
		second, err := b.receive(changed)
		b.must(err)
		b.taken(second.ID)
		if got := b.texts("SELECT fields FROM opportunity WHERE name = '产线改造'"); got != `{"presales":"B","rivals":["c1","c2"]}` {
			t.Errorf("an empty cell: %s", got)
		}
		_, err = b.Undo(t.Context(), operator, second.ID)
		b.must(err)
		if got := b.texts("SELECT fields FROM opportunity WHERE name = '产线改造'") + b.texts("SELECT number FROM custom_value WHERE number <> 0 ORDER BY number"); got != `{"budget":120050,"presales":"B","rivals":["c1","c2"]}80000 120050` {
			t.Errorf("taken back: %s", got)
		}
	})
}

func TestBadValuesOfOwnFieldsAreNamed(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.ownField(customfield.Entry{Object: customfield.ObjectLead, Key: "size", Kind: customfield.KindNumber})
		b.ownField(customfield.Entry{Object: customfield.ObjectLead, Key: "who", Kind: customfield.KindPerson})
		for content, want := range map[string]string{
			"线索编号,公司,field.size\nXS1,新川机械,很大\n": "field.size", "线索编号,公司,field.who\nXS1,新川机械,Z9\n": "field.who", "线索编号,公司,field.nothing\nXS1,新川机械,1\n": "field.nothing",
		} {
			i, err := b.receive(map[string]string{"leads.csv": content})
			b.must(err)
			applied, err := b.Apply(t.Context(), operator, i.ID, false)
			b.must(err)
			_ = b.carryOut(b.start(applied))
			got, err := b.Get(t.Context(), operator, i.ID)
			b.must(err)
			if got.State == intake.StateApplied || got.Result.Report == nil || len(got.Result.Report.Problems) != 1 || got.Result.Report.Problems[0].Path != want {
				t.Errorf("%q: %s %+v", content, got.State, got.Result.Report)
			}
		}
	})
}
