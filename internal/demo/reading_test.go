package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/notice"
)

// checkReading wants everybody to find what is new unread, and nothing older.
func checkReading(t *testing.T, f filled) {
	t.Helper()
	read := 0
	for _, login := range f.company.Logins {
		issued, err := f.Users.SignIn(t.Context(), access.SignIn{Login: login.Login, Password: login.Password, Client: "127.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		actor, _, err := f.Users.Authenticate(t.Context(), issued.Token)
		if err != nil {
			t.Fatal(err)
		}
		page, err := f.Notices.List(t.Context(), actor, notice.Filter{Limit: notice.LimitMax})
		if err != nil {
			t.Fatal(err)
		}
		if want := min(2, int64(len(page.Notices))); login.Role == access.RoleSeller && page.Counts.Unread != want {
			t.Errorf("%s has %d unread messages of %d", login.Login, page.Counts.Unread, len(page.Notices))
		}
		for i, n := range page.Notices {
			if i >= 2 && n.ReadAt.IsZero() {
				t.Errorf("%s: message %d of %s is unread", login.Login, i+1, n.CreatedAt)
			}
			read++
		}
	}
	if read < 50 {
		t.Errorf("only %d messages in all", read)
	}
}
