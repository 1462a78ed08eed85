package standard_test

import (
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
)

// quizzes are the standard that ships, and the same with the levels that it proposes.
func quizzes(t *testing.T) map[string]*sop.Standard {
	t.Helper()
	shipped, err := sop.Decode("", []byte(standard.Shipped().Text))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*sop.Standard{"shipped": shipped, "enforced": sop.Default()}
}

func TestTheQuizAsksDifferentThingsAndExplainsEach(t *testing.T) {
	t.Parallel()
	for name, document := range quizzes(t) {
		kinds := map[standard.QuizKind]int{}
		for _, q := range standard.QuizOf(document) {
			kinds[q.Kind]++
			if len(q.Options) < 2 || len(q.Options) > 4 || q.Option(q.Right()) == nil {
				t.Errorf("%s: %s: %d answers, the right one %q", name, q.Rule.ID, len(q.Options), q.Right())
			}
			for i, o := range q.Options {
				if slices.ContainsFunc(q.Options[:i], func(other standard.QuizOption) bool {
					return other.Key == o.Key || o.Name.Zh != "" && other.Name.Zh == o.Name.Zh
				}) {
					t.Errorf("%s: %s: the answer %s twice", name, q.Rule.ID, o.Key)
				}
			}
			for _, lang := range []sop.Lang{sop.LangZh, sop.LangEn} {
				if q.Paragraph(document, lang) == "" {
					t.Errorf("%s: %s is not explained in %s", name, q.Rule.ID, lang)
				}
			}
		}
		if n := len(standard.QuizOf(document)); n != 8 || len(kinds) < 5 || kinds[standard.QuizTime] > 3 {
			t.Errorf("%s: %d questions, %v", name, n, kinds)
		}
		if name == "shipped" && kinds[standard.QuizEffect] > 0 {
			t.Errorf("%d questions about what does nothing", kinds[standard.QuizEffect])
		}
	}
}

func TestTheQuizIsTheSameForTheSameDocument(t *testing.T) {
	t.Parallel()
	for name, document := range quizzes(t) {
		told := func() (text string) {
			for _, q := range standard.QuizOf(document) {
				text += q.Rule.ID + " " + string(q.Kind) + ":"
				for _, o := range q.Options {
					text += " " + o.Key
				}
			}
			return text
		}
		if first := told(); first != told() {
			t.Errorf("%s: %s", name, first)
		}
	}
}

// TestARightAnswerIsNoWrongOneOfAnotherRule: what some other rule asks for as well is never offered as wrong.
func TestARightAnswerIsNoWrongOneOfAnotherRule(t *testing.T) {
	t.Parallel()
	document := sop.Default()
	for _, q := range standard.QuizOf(document) {
		for _, o := range q.Options {
			if o.Key == q.Right() {
				continue
			}
			for _, r := range document.Rules {
				if q.Kind == standard.QuizNext && r.Template == sop.Response && r.Of == q.Rule.Of && r.With == o.Key || q.Kind == standard.QuizFirst && r.Template == sop.Precedence && r.With == q.Rule.With && r.Of == o.Key {
					t.Errorf("%s: %s is asked for by %s", q.Rule.ID, o.Key, r.ID)
				}
			}
		}
	}
}

// TestRulesThatOnlyCountAreAskedAboutWhereNothingElseIs: a document of one rule that gives no other question.
func TestRulesThatOnlyCountAreAskedAboutWhereNothingElseIs(t *testing.T) {
	t.Parallel()
	text := string(sop.DefaultText())
	text = text[:strings.Index(text, "rules:\n")] + "rules:\n  - {id: no_loss, name: {zh: 不丢单, en: Nothing lost}, stage: contract, rule: absence, of: lost, level: log}\n"
	document, err := sop.Decode("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	quiz := standard.QuizOf(document)
	if len(quiz) != 1 || quiz[0].Kind != standard.QuizEffect || quiz[0].Right() != "log" {
		t.Errorf("%+v", quiz)
	}
}
