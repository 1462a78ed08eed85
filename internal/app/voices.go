package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/web/ui"
	"xiaoguan/internal/web/voices"
)

// assembleVoices wires what the staff says.
func (a *App) assembleVoices() {
	a.Questionnaires = questionnaire.NewService(questionnaire.Config{Store: a.DB.QuestionnaireStore(), Now: a.now, Pick: unforeseen, Secret: newSecret, Hash: secretHash})
	a.Interviews = interview.NewService(a.DB.InterviewStore(), problemList{a}, a.now)
	printer := a.catalogue.Printer(i18n.ZhCN)
	a.Checklists = checklist.NewService(checklist.Config{Store: a.DB.ChecklistStore(), Problems: problemList{a}, Numbers: a.Metrics, Now: a.now, Say: func(s metric.Series) string {
		return ui.InLanguage(printer, s.Definition.Name) + " " + ui.MetricText(printer, a.Company.Currency(), s.Value)
	}})
}

// problemList is the list of problems, which is made later.
type problemList struct{ app *App }

// Raise implements interview.Problems and checklist.Problems.
func (l problemList) Raise(ctx context.Context, actor access.Actor, in problem.Entry) (problem.Problem, error) {
	return l.app.Problems.Raise(ctx, actor, in)
}

// answerFiles counts the files behind an answer of a review.
func (a *App) answerFiles(ctx context.Context, actor access.Actor, review int64, question string) (int, error) {
	l, err := a.Attachments.List(ctx, actor, "checklist_answer:"+strconv.FormatInt(review, 10)+"-"+question)
	return len(l.Files), err
}

func (a *App) voicePages() *voices.Handler {
	return voices.New(voices.Services{Questionnaires: a.Questionnaires, Interviews: a.Interviews, Checklists: a.Checklists, Files: a.answerFiles, Currency: a.Company.Currency, Company: a.companyName, Public: a.publicAddress, TLS: a.options.TLS, Now: a.now})
}

// unforeseen is a number below n that nobody foresees.
func unforeseen(n int) int {
	picked, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0 // the reader never fails: it ends the program instead
	}
	return int(picked.Int64())
}

// newSecret is a secret that nobody guesses.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// secretHash is what is kept of a secret.
func secretHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
