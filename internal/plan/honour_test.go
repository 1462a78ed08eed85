package plan_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"xiaoguan/internal/plan"
)

func TestProseAndCanonicalFormOfHonoursAndPromotion(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"honour", "promotion"} {
		archive, err := txtar.ParseFile(filepath.Join("testdata", "findings", name+"_sound.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		d, err := plan.Decode(name, archive.Files[0].Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
			sections := d.Prose(lang)
			golden(t, fmt.Sprintf("prose/%s.%s.txt", name, lang), written(sections))
			for _, s := range sections {
				for _, p := range s.Paragraphs {
					if at := d.Position(p.Path); at.Row == 1 && at.Column == 1 {
						t.Errorf("%s: no place in the document", p.Path)
					}
				}
			}
		}
		again, err := plan.Decode("canonical", d.Canonical())
		if err != nil {
			t.Fatalf("%v\n%s", err, d.Canonical())
		}
		if again.Hash() != d.Hash() || d.Hash() == "" {
			t.Errorf("%s: hash %s, read back %s", name, d.Hash(), again.Hash())
		}
	}
}
