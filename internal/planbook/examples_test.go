package planbook_test

import (
	"errors"
	"strings"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// exampleText is 80 % of a quota of 10,000 at 3 %: 240.00.
const exampleText = `
examples: |
  period: 2026-09

  ## Wang in September
  ~~~csv people.csv
  key,name,level,hired_on
  1,Wang,regular,2024-03-01
  ~~~
  ~~~csv quotas.csv
  person,month,amount
  1,2026-09,10000.00
  ~~~
  ~~~csv products.csv
  key,name,category
  P1,One,A
  ~~~
  ~~~csv deals.csv
  key,customer,product,signed_on,amount,seller_1
  D1,C1,P1,2026-08-01,90000.00,1
  ~~~
  ~~~csv payments.csv
  key,deal,paid_on,amount
  R1,D1,2026-09-03,8000.00
  ~~~
  ~~~csv want.csv
  payee,component,amount
  1,commission,240.00
  ~~~
`

func TestApprovalNeedsEveryExampleToPass(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := setup(t, db)
		b.approve(t, b.save(t, monthtest.Maker, b.crediting))
		text := b.regular + strings.ReplaceAll(exampleText, "~~~", "```")
		wrong := b.save(t, monthtest.Maker, strings.Replace(text, "1,commission,240.00", "1,commission,250.00", 1))
		_, err := b.Plans.Approve(t.Context(), monthtest.Approver, wrong.ID)
		refused, ok := errors.AsType[*errs.Error](err)
		if !ok || refused.Kind != errs.KindConflict || refused.Message.Key != "planbook.example_fails" || len(refused.Fields) != 1 ||
			refused.Fields[0].Message.Args["Want"] != "250.00" || refused.Fields[0].Message.Args["Got"] != "240.00" {
			t.Fatalf("approving with a failing example: %v", err)
		}
		examples, err := b.Plans.Examples(t.Context(), monthtest.Maker, wrong.ID)
		if err != nil || len(examples) != 1 || examples[0].Passes || examples[0].Differences[0].GotFen != 24000 || examples[0].Title != "Wang in September" {
			t.Errorf("%+v, %v", examples, err)
		}
		_, err = b.Plans.Examples(t.Context(), monthtest.Seller(1), wrong.ID)
		wantKind(t, "a seller computes the examples of a draft", err, errs.KindForbidden)
		broken := b.save(t, monthtest.Maker, strings.Replace(text, "D1,2026-09-03", "D7,2026-09-03", 1))
		_, err = b.Plans.Approve(t.Context(), monthtest.Approver, broken.ID)
		wantKind(t, "an example with facts that are wrong", err, errs.KindConflict)
		right := b.save(t, monthtest.Maker, text)
		if right.Hash != b.save(t, monthtest.Maker, b.regular).Hash {
			t.Error("examples are part of the hash")
		}
		b.approve(t, right)
		if examples, err = b.Plans.Examples(t.Context(), monthtest.Maker, right.ID); err != nil || len(examples) != 1 || !examples[0].Passes {
			t.Errorf("%+v, %v", examples, err)
		}
	})
}
