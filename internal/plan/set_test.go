package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/plan"
)

// edited is a W1 document with some of its text replaced.
func edited(t *testing.T, name string, replacements ...string) *plan.Document {
	t.Helper()
	text := strings.NewReplacer(replacements...).Replace(w1Text(t, name))
	document, findings := plan.Inspect(name+".yaml", []byte(text))
	if document == nil {
		t.Fatalf("%s: %s", name, report(t, findings))
	}
	return document
}

func TestCheckOfDocumentsTogether(t *testing.T) {
	t.Parallel()
	crediting := edited(t, "crediting")
	cases := []struct {
		name      string
		documents []*plan.Document
		want      []string
	}{
		{"W1 as it is", []*plan.Document{crediting, edited(t, "newcomer"), edited(t, "regular"), edited(t, "core"), edited(t, "manager")}, nil},
		{"no crediting", []*plan.Document{edited(t, "core")}, []string{"error set.crediting_missing "}},
		{"two crediting documents at once", []*plan.Document{crediting, edited(t, "crediting", "id: w1", "id: w2")},
			[]string{"error set.crediting_several effective"}},
		{"two crediting documents one after the other", []*plan.Document{
			edited(t, "crediting", "{from: 2020-01-01}", "{from: 2020-01-01, to: 2025-01-01}"),
			edited(t, "crediting", "{from: 2020-01-01}", "{from: 2025-01-01}")}, nil},
		{"one id twice", []*plan.Document{crediting, edited(t, "core"), edited(t, "core")}, []string{"error set.same_id id"}},
		{"a version that follows the other", []*plan.Document{crediting,
			edited(t, "core", "{from: 2020-01-01}", "{from: 2020-01-01, to: 2026-01-01}"),
			edited(t, "core", "{from: 2020-01-01}", "{from: 2026-01-01}")}, nil},
		{"two plans of a layer", []*plan.Document{crediting, edited(t, "core"), edited(t, "core", "id: core", "id: core_two")},
			[]string{"warning set.layer_twice layer"}},
		{"two plans of a layer for different teams", []*plan.Document{crediting,
			edited(t, "core", "{level: [core]}", "{level: [core], team: [north]}"),
			edited(t, "core", "id: core", "id: core_two", "{level: [core]}", "{level: [core], team: [south]}")}, nil},
		{"an event that nobody credits", []*plan.Document{edited(t, "crediting", "collected", "received"), edited(t, "newcomer")},
			[]string{"error event.unknown statements.earned_on", "error event.unknown measures.credited.credits",
				"error event.unknown measures.first_order_on.credits"}},
		{"two currencies", []*plan.Document{crediting, edited(t, "core"), edited(t, "regular", "CNY", "USD")},
			[]string{"error set.currency_mixed currency"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			findings := plan.Check(c.documents)
			var got []string
			for _, f := range findings {
				got = append(got, fmt.Sprintf("%s %s %s", f.Severity, f.Code, f.Path))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if text := report(t, findings); strings.Contains(text, "⟦") {
				t.Error(text)
			}
		})
	}
}
