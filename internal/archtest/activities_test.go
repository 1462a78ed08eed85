package archtest

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// TestEveryActivityOfTheShippedStandardIsRecorded: what the standard that ships asks for is either written down by hand, or there is code that
// records it: not a made-up company, not a list of names, not who only reads.
func TestEveryActivityOfTheShippedStandardIsRecorded(t *testing.T) {
	sources := theHouse(t).sources
	named, used := map[string]process.Activity{}, map[string]bool{}
	for _, s := range sources {
		folder := path.Dir(s.Path)
		if strings.HasSuffix(s.Path, "_test.go") {
			continue
		}
		if folder == "internal/process" {
			for name, activity := range activitiesOf(s.Syntax) {
				named[name] = activity
			}
			continue
		}
		if slices.Contains([]string{"internal/demo", "internal/flow", "internal/standard", "internal/web/sales"}, folder) {
			continue
		}
		ast.Inspect(s.Syntax, func(n ast.Node) bool {
			if at, ok := n.(*ast.SelectorExpr); ok {
				if from, ok := at.X.(*ast.Ident); ok && from.Name == "process" {
					used[at.Sel.Name] = true
				}
			}
			return true
		})
	}
	recorded := map[process.Activity]bool{}
	for name, activity := range named {
		recorded[activity] = used[name]
	}
	for _, stage := range sop.Default().Stages {
		for _, a := range stage.Activities {
			activity := process.Activity(a.ID)
			known, byHand := recorded[activity], slices.Contains(process.StepActivities, activity)
			if _, there := recorded[activity]; !there {
				t.Errorf("%s: package process does not know it", a.ID)
			} else if known == byHand {
				t.Errorf("%s: recorded by code %v, by hand %v", a.ID, known, byHand)
			}
		}
	}
}

// activitiesOf are the constants of a file that name activities.
func activitiesOf(file *ast.File) map[string]process.Activity {
	found := map[string]process.Activity{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Activity") {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				found[spec.Names[0].Name] = process.Activity(text)
			}
		}
		return true
	})
	return found
}
