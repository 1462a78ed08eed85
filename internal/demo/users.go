package demo

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/org"
)

// Password opens all log-ins of the demonstration: 开门红, a good start.
const Password = "kaimenhong-888"

// The log-ins. Those of sellers are called by the layer.
const (
	loginNewcomer   = "newcomer"
	loginRegular    = "regular"
	loginCore       = "core"
	loginLead       = "lead"
	loginDirector   = "director"
	loginManager    = "gm"
	loginService    = "service"
	loginOperations = "operations"
	loginFinance    = "finance"
	loginHR         = "hr"
	loginAuditor    = "auditor"
	loginAdmin      = "admin"
)

// account is a log-in to be made: for whom, as what.
type account struct {
	login string
	role  access.Role
	scope access.ScopeKind
	who   *person
}

// homeRegion is the id of the first region: in an empty database regions are numbered from 1 in the order of recording.
const homeRegion = 1

// makeUsers makes a user for every role; the newcomer follows when they are there.
func (f *filler) makeUsers(ctx context.Context) error {
	home := f.teams[0]
	for _, a := range []account{
		{loginRegular, access.RoleSeller, access.ScopeOwn, f.staying(org.LevelRegular)},
		{loginCore, access.RoleSeller, access.ScopeOwn, f.staying(org.LevelCore)},
		{loginLead, access.RoleLead, access.ScopeTeamAndBelow, home.leader},
		{loginDirector, access.RoleDirector, access.ScopeRegion, f.official("director")},
		{loginManager, access.RoleDirector, access.ScopeAll, f.official("general_manager")},
		{loginService, access.RoleService, access.ScopeOwn, f.official("service")},
		{loginOperations, access.RoleOperations, access.ScopeAll, f.official("operations")},
		{loginFinance, access.RoleFinance, access.ScopeAll, f.official("finance")},
		{loginHR, access.RoleHR, access.ScopeAll, f.official("hr")},
		{loginAuditor, access.RoleAuditor, access.ScopeAll, f.official("auditor")},
		{loginAdmin, access.RoleAdmin, access.ScopeAll, f.official("admin")},
	} {
		if err := f.makeUser(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// staying is the seller of the first team with a log-in of the level.
func (f *filler) staying(level org.Level) *person {
	i := slices.IndexFunc(f.people, func(p *person) bool { return p.stays && p.role == "" && p.now().level == level })
	return f.people[i]
}

// official is the first person of a role outside sales.
func (f *filler) official(role string) *person {
	i := slices.IndexFunc(f.people, func(p *person) bool { return p.role == role })
	return f.people[i]
}

// makeNewcomer makes the user of the last newcomer who has been there for a whole month, or of the last of all.
func (f *filler) makeNewcomer(ctx context.Context) error {
	if err := f.learnPersons(ctx); err != nil {
		return err
	}
	var newest *person
	for _, p := range f.people {
		s, employed := p.on(f.today)
		if employed && s.level == org.LevelNewcomer && (newest == nil || p.hired.Month() < f.today.Month()-1) {
			newest = p
		}
	}
	if newest == nil {
		return nil
	}
	if err := f.makeUser(ctx, account{loginNewcomer, access.RoleSeller, access.ScopeOwn, newest}); err != nil {
		return err
	}
	f.logins = append(f.logins[len(f.logins)-1:], f.logins[:len(f.logins)-1]...)
	return nil
}

func (f *filler) makeUser(ctx context.Context, a account) error {
	grant := access.Grant{Role: a.role, Scope: a.scope}
	if a.scope == access.ScopeRegion {
		grant.RegionID = homeRegion
	}
	made, err := f.Users.CreateUser(ctx, access.SystemActor("demo"), access.CreateUser{
		Login: a.login, Name: a.who.name, PersonID: f.persons[a.who.key], Grants: []access.Grant{grant}, Password: Password, Keep: true,
	})
	if err != nil {
		return err
	}
	f.users[a.login] = made.User
	f.logins = append(f.logins, Login{Login: a.login, Password: Password, Name: a.who.name, Role: a.role, Whole: a.role == access.RoleDirector && a.scope == access.ScopeAll})
	return nil
}

// actor acts for one of the users made.
func (f *filler) actor(login string) access.Actor {
	u := f.users[login]
	return access.Actor{UserID: u.ID, Name: u.Name, PersonID: u.PersonID, Grants: u.Grants}
}

// notBeforeNow moves an end that lies in the past by the real time, as it does without a clock to set, to some days from now.
func (f *filler) notBeforeNow(t time.Time) time.Time {
	if least := f.end.AddDate(0, 0, 1); t.Before(least) && f.fixed {
		return least
	}
	return t
}
