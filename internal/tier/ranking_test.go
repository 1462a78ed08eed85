package tier_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/tier"
)

func TestOneByOneGivesWhatAllAtOnceGive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, customers := drawPolicy(t), drawCustomers(t)
		j, err := tier.Judge(p, customers, today)
		if err != nil {
			t.Fatal(err)
		}
		ranking := tier.NewRanking(p, today)
		for i := range customers {
			if err := ranking.Add(&customers[i]); err != nil {
				t.Fatal(err)
			}
		}
		ranking.Seal()
		for i := len(customers) - 1; i >= 0; i-- {
			c := &customers[i]
			one := ranking.Judge(c)
			if diff := cmp.Diff(*j.Result(c.ID), one); diff != "" {
				t.Fatalf("%s, all at once and alone:\n%s", c.ID, diff)
			}
			why, _ := j.Explain(c.ID)
			if diff := cmp.Diff(why, p.Explain(c, &one, ranking.Lift(c, &one), today)); diff != "" {
				t.Fatalf("%s is explained otherwise:\n%s", c.ID, diff)
			}
		}
	})
}

func TestSharesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := tier.Share(rapid.Int64Range(0, int64(tier.Whole)).Draw(t, "share"))
		var got tier.Share
		if err := got.UnmarshalText([]byte(want.String())); err != nil || got != want {
			t.Fatalf("%s is read as %s, %v", want, got, err)
		}
	})
	for _, wrong := range []string{"", "80", "x%", "0.00001%"} {
		var got tier.Share
		if err := got.UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("%q is read as %s", wrong, got)
		}
	}
}
