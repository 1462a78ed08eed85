package access

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"xiaoguan/internal/errs"
)

// fields collects what is wrong with an input.
type fields []errs.Field

func (f *fields) add(path, value, key string, args errs.Args) {
	*f = append(*f, errs.Field{Path: path, Value: shorten(value), Message: errs.Msg(key, args)})
}

func (f fields) err() error { return errs.Invalid("access.invalid", f) }

// problem is an error about one field that only the database could tell.
func problem(path, value, key string, args errs.Args) error {
	var f fields
	f.add(path, value, key, args)
	return f.err()
}

func (f *fields) required(path, value string) {
	if value == "" {
		f.add(path, "", "access.required", nil)
	}
}

func (f *fields) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		f.add(path, value, "access.unknown_choice", nil)
	}
}

// text checks a name of up to limit characters, without control characters.
func (f *fields) text(path, value string, limit int) {
	switch {
	case strings.TrimSpace(value) == "":
		f.add(path, "", "access.required", nil)
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl):
		f.add(path, "", "access.bad_text", nil)
	case utf8.RuneCountInString(value) > limit:
		f.add(path, value, "access.text_long", errs.Args{"Max": limit})
	}
}

var loginShape = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,63}$`)

func (f *fields) login(path, value string) {
	if folded := foldLogin(value); folded == "" {
		f.add(path, "", "access.required", nil)
	} else if !loginShape.MatchString(folded) {
		f.add(path, value, "access.login_shape", nil)
	}
}

// foldLogin is how logins are kept and compared: normal form, lower case, without spaces around.
func foldLogin(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
}

func (f *fields) person(path string, id int64) {
	if id < 0 {
		f.add(path, strconv.FormatInt(id, 10), "access.person_unknown", nil)
	}
}

const maxGrants = 20

func (f *fields) grants(path string, grants []Grant) {
	if len(grants) > maxGrants {
		f.add(path, "", "access.grants_many", errs.Args{"Max": maxGrants})
		return
	}
	for i, g := range grants {
		at := path + "[" + strconv.Itoa(i) + "]"
		if !g.Role.Known() {
			f.add(at+".role", string(g.Role), "access.role_unknown", nil)
		}
		if !g.Scope.Known() {
			f.add(at+".scope", string(g.Scope), "access.scope_unknown", nil)
		}
		if (g.Scope == ScopeRegion) != (g.RegionID > 0) || g.RegionID < 0 {
			f.add(at+".region", strconv.FormatInt(g.RegionID, 10), "access.grant_region", nil)
		}
		if slices.Contains(grants[:i], g) {
			f.add(at, "", "access.grant_twice", nil)
		}
	}
}

// Known reports whether the role exists.
func (r Role) Known() bool { return slices.Contains(Roles, r) }

// Scopes lists all scopes from narrow to wide.
var Scopes = []ScopeKind{ScopeOwn, ScopeTeam, ScopeTeamAndBelow, ScopeRegion, ScopeAll}

// Known reports whether the scope exists.
func (k ScopeKind) Known() bool { return slices.Contains(Scopes, k) }

// shorten cuts a value for an error message.
func shorten(value string) string {
	const limit = 40
	value = strings.ToValidUTF8(value, "\uFFFD")
	if utf8.RuneCountInString(value) <= limit {
		return value
	}
	return string([]rune(value)[:limit]) + "…"
}

// plainText makes a text from the network storable: valid, without control characters, at most limit characters.
func plainText(value string, limit int) string {
	value = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, "\uFFFD"))
	if runes := []rune(value); len(runes) > limit {
		value = string(runes[:limit])
	}
	return value
}
