package approval_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
)

// office is a company whose people can sign in: A sells in T1 (region E), led by M1; D sells in T2 (region S), led by M2; a director of the whole company.
type office struct {
	*monthtest.House
	t                         *testing.T
	db                        *store.DB
	approvals                 *approval.Service
	seller, other             access.Actor
	lead, otherLead, director access.Actor
	finance, operations       access.Actor
	outcomes                  []approval.State
	refuse                    error
}

func open(t *testing.T, db *store.DB) *office {
	t.Helper()
	o := &office{House: monthtest.Open(t, db, monthtest.Small()), t: t, db: db, finance: monthtest.Approver, operations: monthtest.Maker}
	o.approvals = approval.NewService(db.ApprovalStore(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)
	o.seller, o.other = monthtest.Seller(o.Person(t, "A")), monthtest.Seller(o.Person(t, "D"))
	o.seller.Name, o.other.Name = "陈思远", "对方"
	o.other.UserID = "u-other"
	o.lead, o.otherLead = monthtest.Lead(o.Person(t, "M1")), monthtest.Lead(o.Person(t, "M2"))
	o.otherLead.UserID = "u-otherlead"
	o.director = access.Actor{UserID: "u-director", Name: "总监", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
	for _, actor := range []access.Actor{monthtest.Maker, monthtest.Approver, monthtest.Closer, monthtest.Admin, o.seller, o.other, o.lead, o.otherLead, o.director} {
		user := access.User{ID: actor.UserID, Login: strings.TrimPrefix(actor.UserID, "u-"), Name: actor.Name, PersonID: actor.PersonID}
		err := db.Access().InTx(t.Context(), func(tx access.Tx) error {
			if err := tx.InsertUser(t.Context(), access.Account{User: user}); err != nil {
				return err
			}
			return tx.ReplaceGrants(t.Context(), user.ID, actor.Grants)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// disable takes the right to sign in from a user.
func (o *office) disable(id string) {
	o.t.Helper()
	err := o.db.Access().InTx(o.t.Context(), func(tx access.Tx) error {
		account, err := tx.UserAccount(o.t.Context(), id)
		if err != nil {
			return err
		}
		account.Disabled = true
		return tx.UpdateUser(o.t.Context(), account)
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) ask(actor access.Actor, minor int64) approval.Request {
	o.t.Helper()
	r, err := o.approvals.Ask(o.t.Context(), actor, approval.General{Title: "展会摊位", Text: "杭州展会的摊位", AmountMinor: minor, Currency: money.CNY})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o *office) approve(actor access.Actor, id string) approval.Request {
	o.t.Helper()
	r, err := o.approvals.Approve(o.t.Context(), actor, approval.Decision{ID: id})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o *office) wantOpen(r approval.Request, users ...string) {
	o.t.Helper()
	slices.Sort(users)
	if got := r.Open(); !slices.Equal(got, users) || r.State != approval.StatePending {
		o.t.Errorf("%s, asked: %v, want %v", r.State, got, users)
	}
}

func (o *office) wantKind(what string, err error, kind errs.Kind) {
	o.t.Helper()
	if !errs.Is(err, kind) {
		o.t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// box is the ids of a box of somebody's.
func (o *office) box(actor access.Actor, box approval.Box) (ids []string) {
	o.t.Helper()
	page, err := o.approvals.List(o.t.Context(), actor, approval.Filter{Box: box})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, r := range page.Requests {
		ids = append(ids, r.ID)
	}
	return ids
}

// told is the kinds of messages that somebody has got about a request, oldest first; those that still await an answer with an exclamation mark.
func (o *office) told(actor access.Actor, id string) string {
	o.t.Helper()
	return strings.Join(monthtest.QueryTexts(o.t, o.db, "SELECT kind || CASE WHEN done_at = '' AND kind IN ('approval_asked', 'approval_stuck') THEN '!' ELSE '' END FROM notice WHERE user_id = '"+
		actor.UserID+"' AND subject = 'approval:"+id+"' ORDER BY created_at, id"), " ")
}

func (o *office) exec(statement string) {
	o.t.Helper()
	if err := o.db.InTx(o.t.Context(), func(tx *store.Tx) error {
		_, err := monthtest.Exec(o.t.Context(), tx, statement)
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
}
