package app_test

import (
	"net/http"
	"strings"
	"testing"

	"xiaoguan/internal/access"
)

// TestSignOnThroughTheInterface: programs set providers up, enter identities and see them, on both databases; no answer holds a secret.
func TestSignOnThroughTheInterface(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, c *company) {
		c.user("admin", "", access.RoleAdmin, access.ScopeAll)
		c.user("seller", "A", access.RoleSeller, access.ScopeOwn)
		c.user("auditor", "", access.RoleAuditor, access.ScopeAll)
		const (
			path  = "/api/v1/sign-on-providers/wecom"
			wecom = `{"kind":"wecom","name":"企业微信","client_id":"ww1","agent_id":"1000002","secret":"geheim-42","active":true}`
		)
		of := "/api/v1/users/" + c.ids["seller"] + "/identities"
		for _, s := range []struct {
			as, method, path, body string
			status                 int
			has, lacks             string
		}{
			{"admin", http.MethodPut, path, `{"kind":"wecom","name":"","client_id":""}`, 422, `"path":"agent_id"`, ""},
			{"admin", http.MethodPut, path, `{"kind":"wecom","name":"企业微信","client_id":"ww1","agent_id":"1","active":true}`, 422, `"path":"secret"`, ""},
			{"admin", http.MethodPut, path, wecom, 200, `"has_secret":true`, "geheim"},
			{"admin", http.MethodPut, path, wecom, 422, `"path":"key"`, "geheim"},
			{"auditor", http.MethodGet, "/api/v1/sign-on-providers", "", 200, `"callback_path":"/sign-in/with/wecom/callback"`, "geheim"},
			{"auditor", http.MethodPut, path, wecom, 403, "", "geheim"},
			{"auditor", http.MethodPost, path + "/try", "", 403, "", ""},
			{"admin", http.MethodPut, path, `{"kind":"wecom","name":"企微","client_id":"ww1","agent_id":"1000002","active":true,"revision":1,"api_address":"http://10.0.0.1"}`, 422, `"path":"secret"`, ""},
			{"admin", http.MethodPut, path, `{"kind":"wecom","name":"企微","client_id":"ww1","agent_id":"1000002","active":true,"revision":1,"secret":"geheim-43","api_address":"http://10.0.0.1"}`, 200, `"revision":2`, "geheim"},
			{"admin", http.MethodPost, path + "/try", "", 422, "signon.failure.network", "geheim"},
			{"admin", http.MethodPost, "/api/v1/sign-on-identities", `{"rows":[{"login":"seller","provider":"wecom","subject":"Chen"},{"login":"nobody","provider":"wecom","subject":"x"}]}`, 422, `"path":"rows[1].login"`, ""},
			{"admin", http.MethodGet, of, "", 200, `"items":[]`, "chen"},
			{"admin", http.MethodPost, "/api/v1/sign-on-identities", `{"rows":[{"login":"seller","provider":"wecom","subject":"Chen"}]}`, 200, `"added":1`, ""},
			{"seller", http.MethodGet, of, "", 200, `"subject":"chen"`, ""},
			{"seller", http.MethodGet, "/api/v1/users/" + c.ids["admin"] + "/identities", "", 403, "", ""},
			{"admin", http.MethodPost, of, `{"provider":"wecom","subject":"other"}`, 422, "signon.has_one", ""},
			{"admin", http.MethodDelete, of + "/wecom", "", 204, "", ""},
			{"admin", http.MethodDelete, of + "/wecom", "", 404, "", ""},
			{"admin", http.MethodPost, of, `{"provider":"wecom","subject":"other"}`, 204, "", ""},
			{"admin", http.MethodDelete, path + "?revision=1", "", 409, "", ""},
			{"admin", http.MethodDelete, path + "?revision=2", "", 204, "", ""},
			{"admin", http.MethodGet, path, "", 404, "", ""},
		} {
			got := c.send(s.as, s.method, s.path, s.body)
			if got.status != s.status || !strings.Contains(got.body, s.has) || s.lacks != "" && strings.Contains(got.body, s.lacks) {
				t.Errorf("%s %s as %s: %d, want %d: %.600s", s.method, s.path, s.as, got.status, s.status, got.body)
			}
		}
	})
}
