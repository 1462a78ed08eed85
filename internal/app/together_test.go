package app_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/planbook"
)

// together lets both send the same at once, several times each, and wants one answer of success; everybody else is told with a conflict
// and one of the texts.
func (c *company) together(logins []string, to string, form url.Values, told ...string) {
	c.t.Helper()
	var wait sync.WaitGroup
	answers := make([]answer, 3*len(logins))
	start := make(chan struct{})
	for i := range answers {
		wait.Go(func() {
			<-start
			answers[i] = c.post(logins[i%len(logins)], to, form)
		})
	}
	close(start)
	wait.Wait()
	won := 0
	for _, a := range answers {
		switch a.status {
		case http.StatusSeeOther:
			won++
		case http.StatusConflict:
			says := false
			for _, text := range told {
				says = says || strings.Contains(a.body, text)
			}
			if !says {
				c.t.Errorf("%s: refused without one of %q: %s", to, told, plain(a.body))
			}
		default:
			c.t.Errorf("%s: %d: %s", to, a.status, plain(a.body))
		}
	}
	if won != 1 {
		c.t.Errorf("%s: %d have won", to, won)
	}
}

func TestOfTwoWhoActAtOnceOneWinsAndTheOtherIsTold(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, c *company) {
		for _, login := range []string{"ops1", "ops2"} {
			c.user(login, "", access.RoleOperations, access.ScopeAll)
		}
		for _, login := range []string{"fin1", "fin2"} {
			c.user(login, "", access.RoleFinance, access.ScopeAll)
		}
		c.planTogether()
		c.importTogether()
		month := monthtest.SmallMonth
		page := "/months/" + month.String()
		c.together([]string{"ops1", "ops2"}, page+"/calculate", url.Values{}, "现在不能做这一步")
		if err := c.house.Work(t.Context(), c.house.Periods); err != nil {
			t.Fatal(err)
		}
		c.together([]string{"ops1", "ops2"}, page+"/publish", url.Values{"days": {"5"}}, "现在不能做这一步")
		c.together([]string{"fin1", "fin2"}, page+"/approve", url.Values{}, "现在不能做这一步")
		c.together([]string{"fin1", "fin2"}, page+"/close", url.Values{"confirm": {month.String()}}, "已关账，不能再改")
		if seals := monthtest.QueryTexts(t, c.app.DB, "SELECT hash FROM seal"); len(seals) != 1 {
			t.Errorf("seals %v", seals)
		}
		if v, log, err := c.app.VerifyAll(t.Context()); err != nil || v.Broken != nil || !log.Sound() {
			t.Errorf("%+v, %+v, %v", v, log, err)
		}
	})
}

// planTogether lets two people approve one version.
func (c *company) planTogether() {
	c.t.Helper()
	texts, err := monthtest.PlanTexts()
	if err != nil {
		c.t.Fatal(err)
	}
	v, err := c.app.Plans.Save(c.t.Context(), monthtest.Maker, planbook.Draft{Text: strings.Replace(texts[1], "2021-01-01", "2027-01-01", 1)})
	if err != nil {
		c.t.Fatal(err)
	}
	c.together([]string{"fin1", "fin2"}, "/plans/"+v.ID+"/approve", url.Values{}, "只有草案能做这一步")
}

// importTogether lets two people apply one import, and then take it back.
func (c *company) importTogether() {
	c.t.Helper()
	id := c.upload("ops1", "payments.csv", "key,deal,paid_on,amount\nX1,D1,2026-09-20,10.00\n")
	both := []string{"ops1", "fin1"}
	c.together(both, "/imports/"+id+"/apply", url.Values{}, "当前状态不能这样做")
	if err := c.app.Worker.Start(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	changed, stop := c.app.Worker.Live().Watch("")
	i := intake.Import{State: intake.StateApplying}
	for i.State == intake.StateApplying {
		var err error
		if i, err = c.app.Imports.Get(c.t.Context(), c.actor("ops1"), id); err != nil {
			c.t.Fatal(err)
		}
		if i.State == intake.StateApplying {
			select {
			case <-changed:
			case <-c.t.Context().Done():
				c.t.Fatal(c.t.Context().Err())
			}
		}
	}
	stop()
	if err := c.app.Worker.Stop(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	c.together(both, "/imports/"+id+"/undo", url.Values{}, "当前状态不能这样做")
	if keys := monthtest.QueryTexts(c.t, c.app.DB, "SELECT key FROM payment WHERE key = 'X1' AND superseded_in = 9223372036854775807"); len(keys) != 0 {
		c.t.Errorf("undone, and still there: %v", keys)
	}
}

// upload hands one file in and returns the id of its import.
func (c *company) upload(login, name, text string) string {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("files", name)
	if err != nil {
		c.t.Fatal(err)
	}
	_, _ = part.Write([]byte(text)) // a buffer takes everything
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	got := c.sendAs(login, http.MethodPost, "/imports", body.String(), form.FormDataContentType())
	if got.status != http.StatusSeeOther {
		c.t.Fatalf("upload: %+v", got)
	}
	return path.Base(got.location)
}
