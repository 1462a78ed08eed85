package access

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
)

var start = time.Date(2026, 9, 24, 2, 0, 0, 0, time.UTC)

func TestThrottleBlocksLongerEachTime(t *testing.T) {
	t.Parallel()
	limit := throttle{free: 2, first: 30 * time.Second, longest: 100 * time.Second, forget: time.Hour}
	now := start
	var f Failures
	var waits []time.Duration
	for range 6 {
		var wait time.Duration
		if f, wait = limit.attempt(f, now); wait != 0 {
			t.Fatalf("blocked at the end of the block: %v", wait)
		}
		waits = append(waits, max(0, f.BlockedUntil.Sub(now)))
		if f.BlockedUntil.After(now) {
			if same, wait := limit.attempt(f, f.BlockedUntil.Add(-time.Microsecond)); wait != time.Microsecond || same != f {
				t.Fatalf("during the block: wait %v, %+v", wait, same)
			}
			now = f.BlockedUntil
		}
	}
	want := []time.Duration{0, 0, 30 * time.Second, 60 * time.Second, 100 * time.Second, 100 * time.Second}
	if !slices.Equal(waits, want) {
		t.Errorf("blocks %v, want %v", waits, want)
	}
	if f, _ = limit.attempt(f, now.Add(time.Hour)); f.Count != 1 {
		t.Errorf("after an hour of rest the count is %d", f.Count)
	}
}

func TestThrottleRefundGivesTheAttemptBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Int64Range(0, 80).Draw(t, "count")
		before := Failures{Subject: "s", Count: count, LastAt: start}
		counted, _ := clientThrottle.attempt(before, start.Add(time.Second))
		after := clientThrottle.refund(counted)
		if after.Count != count {
			t.Fatalf("%d became %d", count, after.Count)
		}
		if count <= clientThrottle.free && !after.BlockedUntil.IsZero() {
			t.Fatalf("a good attempt after %d left a block", count)
		}
	})
}

func TestThrottleNeverOverflows(t *testing.T) {
	t.Parallel()
	f, _ := loginThrottle.attempt(Failures{Count: 1 << 40, LastAt: start}, start)
	if block := f.BlockedUntil.Sub(start); block != loginThrottle.longest {
		t.Errorf("block of %v", block)
	}
}

func TestClientCounterKnowsNetworks(t *testing.T) {
	t.Parallel()
	for client, want := range map[string]string{
		"203.0.113.9":           "client:203.0.113.9",
		"203.0.113.9:52311":     "client:203.0.113.9",
		"::ffff:203.0.113.9":    "client:203.0.113.9",
		"2001:db8:1:2:a:b:c:d":  "client:2001:db8:1:2::/64",
		"2001:db8:1:2::ffff":    "client:2001:db8:1:2::/64",
		"[2001:db8:1:3::1]:443": "client:2001:db8:1:3::/64",
		"fe80::1%eth0":          "client:fe80::/64",
		"unix\nsocket":          "client:unixsocket",
	} {
		if got, ok := clientCounter(client); !ok || got.subject != want {
			t.Errorf("%q counts as %q, want %q", client, got.subject, want)
		}
	}
	if _, ok := clientCounter(""); ok {
		t.Error("no address was counted")
	}
}

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ password, login, want string }{
		{"Tr4verse-lagoon", "linlan", ""},
		{"月亮 河边 石头 白马", "linlan", ""}, // four words
		{"夜里下了一场很大的雨呢", "linlan", "access.password_short"},
		{"夜里下了一场很大很大的雨呢", "linlan", ""},
		{"short-7x", "linlan", "access.password_short"},
		{"a b c d", "linlan", "access.password_short"},
		{"elevenchars", "linlan", "access.password_short"},
		{"my-LinLan-2026", "linlan", "access.password_login"},
		{"ＬｉｎＬａｎ-kangaroo", "linlan", "access.password_login"},
		{"ab-kangaroo-77", "ab", ""}, // too short a login to mean anything
		{"aaaaaaaaaaaa", "", "access.password_simple"},
		{"abababababab", "", "access.password_simple"},
		{"xyz1qxyz1qxyz1q", "", "access.password_simple"},
		{"abcdefghijklm", "", "access.password_simple"},
		{"zyxwvutsrqponm", "", "access.password_simple"},
		{"Password2026!", "", "access.password_common"},
		{"123Qwertyuiop", "", "access.password_common"},
		{"1Q2W3E4R5T6Y", "", "access.password_common"},
		{"woaini1314520", "", "access.password_common"},
		{"correct horse battery staple", "", "access.password_common"},
		{strings.Repeat("kangaroo-lagoon ", 17), "", "access.text_long"},
		{"kangaroo\x00lagoon", "", "access.bad_text"},
		{"kangaroo\xfflagoon", "", "access.bad_text"},
	} {
		if got := passwordProblem(c.password, c.login).Key; got != c.want {
			t.Errorf("%q for %q: %q, want %q", c.password, c.login, got, c.want)
		}
	}
}

func TestMadeUpPasswordsKeepThePolicy(t *testing.T) {
	t.Parallel()
	for range 200 {
		if p := madeUpPassword(); passwordProblem(p, "linlan").Key != "" {
			t.Errorf("%q: %v", p, passwordProblem(p, "linlan"))
		}
	}
}

func TestPasswordHashRoundTrip(t *testing.T) {
	t.Parallel()
	h := newHasher(HashCost{MemoryKiB: 64, Passes: 1, Lanes: 1})
	phc, err := h.hash(t.Context(), "Tr4verse-lagoon\u00e9")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$") || strings.Contains(phc, "lagoon") {
		t.Errorf("hash %q", phc)
	}
	stronger := newHasher(HashCost{MemoryKiB: 128, Passes: 1, Lanes: 1})
	for _, c := range []struct {
		name      string
		hasher    *hasher
		phc       string
		password  string
		ok, stale bool
	}{
		{"right", h, phc, "Tr4verse-lagoon\u00e9", true, false},
		{"same letters typed as two", h, phc, "Tr4verse-lagoone\u0301", true, false},
		{"wrong", h, phc, "Tr4verse-lagoon", false, false},
		{"right, older cost", stronger, phc, "Tr4verse-lagoon\u00e9", true, true},
		{"nobody", h, "", "", false, false},
	} {
		ok, stale, err := c.hasher.verify(t.Context(), c.phc, c.password)
		if err != nil || ok != c.ok || stale != c.stale {
			t.Errorf("%s: %v %v %v", c.name, ok, stale, err)
		}
	}
}

func TestDefaultCostIsNotWeakened(t *testing.T) {
	t.Parallel()
	if c := DefaultHashCost; c.MemoryKiB < 19<<10 || c.Passes < 2 {
		t.Errorf("cost %+v is below what is asked for at least", c)
	}
}

func TestPasswordHashRefusesWhatItDidNotWrite(t *testing.T) {
	t.Parallel()
	const salt, hash = "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, phc := range []string{
		"x", "$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + hash, "$argon2id$v=18$m=64,t=1,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=99999999,t=1,p=1$" + salt + "$" + hash, "$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=64,t=1,p=0$" + salt + "$" + hash, "$argon2id$v=19$m=64,t=1,p=1$!$" + hash, "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$AA",
		"$argon2id$v=19$cost$" + salt + "$" + hash,
	} {
		if _, _, err := newHasher(DefaultHashCost).verify(t.Context(), phc, "p"); err == nil {
			t.Errorf("%q was accepted", phc)
		}
	}
}

func TestVaultOpensOnlyWhatItSealedForThePlace(t *testing.T) {
	t.Parallel()
	key := []byte(strings.Repeat("k", InstallationKeyBytes))
	v, err := newVault(key, "purpose")
	if err != nil {
		t.Fatal(err)
	}
	sealed := v.seal("JBSWY3DPEHPK3PXP", "totp:u1")
	if strings.Contains(sealed, "JBSW") {
		t.Errorf("sealed text shows the secret: %s", sealed)
	}
	if plain, err := v.open(sealed, "totp:u1"); err != nil || plain != "JBSWY3DPEHPK3PXP" {
		t.Errorf("opened %q, %v", plain, err)
	}
	other, _ := newVault(key, "another purpose")
	for name, attempt := range map[string]func() (string, error){
		"another user":    func() (string, error) { return v.open(sealed, "totp:u2") },
		"another purpose": func() (string, error) { return other.open(sealed, "totp:u1") },
		"changed": func() (string, error) {
			return v.open(sealed[:10]+string(sealed[10]^1)+sealed[11:], "totp:u1")
		},
		"cut":   func() (string, error) { return v.open(sealed[:12], "totp:u1") },
		"empty": func() (string, error) { return v.open("", "totp:u1") },
	} {
		if plain, err := attempt(); err == nil {
			t.Errorf("%s opened it: %q", name, plain)
		}
	}
	if _, err := newVault(key[:31], "purpose"); err == nil {
		t.Error("a short key was accepted")
	}
}

func TestReadOnlyActorNeverWrites(t *testing.T) {
	t.Parallel()
	for _, role := range Roles {
		full := Actor{UserID: "u", Grants: []Grant{{Role: role, Scope: ScopeAll}}}
		reading := full
		reading.ReadOnly = true
		for _, p := range role.Permissions() {
			if !full.Can(p) {
				t.Errorf("%s can't %s", role, p)
			}
			if reading.Can(p) == p.Writes() {
				t.Errorf("read-only %s: Can(%s) = %v", role, p, reading.Can(p))
			}
			if p.Writes() && reading.ScopeOf(p).All {
				t.Errorf("read-only %s has a scope for %s", role, p)
			}
		}
	}
	if err := (Actor{UserID: "u", ReadOnly: true, Grants: []Grant{{Role: RoleAdmin}}}).Require(PermUsersWrite); !errs.Is(err, errs.KindForbidden) {
		t.Errorf("got %v", err)
	}
}

func TestScopeOfJoinsOnlyGrantsWithThePermission(t *testing.T) {
	t.Parallel()
	actor := Actor{UserID: "u", PersonID: 7, Grants: []Grant{
		{Role: RoleLead, Scope: ScopeTeamAndBelow}, {Role: RoleHR, Scope: ScopeAll}, {Role: RoleDirector, Scope: ScopeRegion, RegionID: 3},
	}}
	for _, c := range []struct {
		permission Permission
		want       Scope
	}{
		{PermSalesRead, Scope{PersonID: 7, TeamOf: true, TeamsLed: true, RegionIDs: []int64{3}}}, // HR's "all" is no sales data
		{PermPayAll, Scope{All: true}},
		{PermUsersWrite, Scope{}},
	} {
		got := actor.ScopeOf(c.permission)
		if got.All != c.want.All || got.PersonID != c.want.PersonID && !got.All || got.TeamsLed != c.want.TeamsLed && !got.All ||
			!slices.Equal(got.RegionIDs, c.want.RegionIDs) && !got.All {
			t.Errorf("%s: %+v, want %+v", c.permission, got, c.want)
		}
	}
	if s := (Actor{}).ScopeOf(PermSalesRead); s.All || s.PersonID != 0 || s.TeamOf || s.TeamsLed || s.RegionIDs != nil {
		t.Errorf("nobody reaches %+v", s)
	}
}

// among is a Reacher that knows people of region 3.
type among []int64

func (a among) InScope(_ context.Context, s Scope, personID int64) (bool, error) {
	return slices.Contains(s.RegionIDs, 3) && slices.Contains(a, personID) || s.PersonID != 0 && s.PersonID == personID, nil
}

func TestReachIsThatOfTheGrantsWithThePermission(t *testing.T) {
	t.Parallel()
	region := Actor{UserID: "u", PersonID: 7, Grants: []Grant{{Role: RoleFinance, Scope: ScopeRegion, RegionID: 3}}}
	whole := Actor{UserID: "w", Grants: []Grant{{Role: RoleAuditor, Scope: ScopeAll}}}
	for _, c := range []struct {
		name   string
		actor  Actor
		person int64
		ask    []Permission
		want   bool
	}{
		{"of the region", region, 8, []Permission{PermPayAll, PermPayTeam}, true},
		{"of another one", region, 9, []Permission{PermPayAll}, false},
		{"oneself, with a permission", region, 7, []Permission{PermPayAll}, true},
		{"without the permission", region, 8, []Permission{PermDisputeHR}, false},
		{"oneself, without the permission", region, 7, []Permission{PermDisputeHR}, false},
		{"of the whole company", whole, 9, []Permission{PermPayAll}, true},
		{"the system", SystemActor("x"), 9, []Permission{PermPayAll}, true},
	} {
		if got, err := c.actor.Reaches(t.Context(), among{8}, c.person, c.ask...); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	for name, err := range map[string]error{
		"a region is not all": region.RequireAll(PermPayAll, PermPeriodApprove), "none of them": whole.RequireAll(PermPeriodRun, PermPeriodApprove),
	} {
		if !errs.Is(err, errs.KindForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := whole.RequireAll(PermPeriodRun, PermPayAll); err != nil {
		t.Errorf("the second of two: %v", err)
	}
}

// TestMessagesExist reads every message key that the sources of this package, of audit and of their store use.
func TestMessagesExist(t *testing.T) {
	t.Parallel()
	texts := map[string]map[string]json.RawMessage{}
	for _, lang := range []string{"zh-CN", "en"} {
		texts[lang] = map[string]json.RawMessage{}
		for _, area := range []string{"access", "audit"} {
			content, err := os.ReadFile(filepath.Join("..", "i18n", "messages", area+"."+lang+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(content, new(map[string]json.RawMessage)); err != nil {
				t.Fatal(err)
			}
			all := texts[lang]
			if err := json.Unmarshal(content, &all); err != nil {
				t.Fatal(err)
			}
		}
	}
	var keys []string
	for _, r := range Roles {
		keys = append(keys, r.Message().Key)
		for _, p := range r.Permissions() {
			keys = append(keys, p.Message().Key)
		}
	}
	for _, s := range Scopes {
		keys = append(keys, s.Message().Key)
	}
	var sources []string
	for _, pattern := range []string{"*.go", "../audit/*.go", "../store/access*.go", "../store/audit*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	shape := regexp.MustCompile(`"((?:access|audit)\.[a-z_]+(?:\.[a-z_]+)?)"`)
	for _, source := range sources {
		content, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		for _, match := range shape.FindAllStringSubmatch(string(content), -1) {
			keys = append(keys, match[1])
		}
	}
	notMessages := []string{string(PermAuditRead)}
	for _, key := range keys {
		for lang, all := range texts {
			if _, ok := all[key]; !ok && !slices.Contains(notMessages, key) {
				t.Errorf("%s has no text for %s", lang, key)
			}
		}
	}
	for key := range texts["zh-CN"] {
		if _, ok := texts["en"][key]; !ok {
			t.Errorf("en has no text for %s", key)
		}
		if !slices.Contains(keys, key) {
			t.Errorf("nobody uses %s", key)
		}
	}
}
