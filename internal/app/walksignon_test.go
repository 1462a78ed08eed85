package app_test

import "net/http"

// signOnSteps are about single sign-on, which is for administrators; linking is one's own, and asks for the password.
var signOnSteps = []step{
	{notThere, "GET /sign-in/with/{act:wecom}", ""}, {http.StatusUnauthorized, "GET /sign-in/with/{act:wecom}/callback?state=x&code=x", ""},
	{http.StatusUnprocessableEntity, "POST /account/identities/link", "provider=wecom&password=wrong"}, {http.StatusUnprocessableEntity, "POST /account/identities/unlink", "provider=wecom&password=wrong"},
	{refused, "GET /sign-on", ""}, {refused, "GET /new-sign-on", ""}, {refused, "POST /sign-on", "key=mine&kind=oidc&name=x&issuer=https://evil.example&client_id=x"},
	{refused, "GET /sign-on/{act:wecom}", ""}, {refused, "POST /sign-on/{act:wecom}", "kind=oidc&name=x&issuer=https://evil.example&client_id=x&revision=1"}, {refused, "POST /sign-on/{act:wecom}/try", ""},
	{refused, "POST /sign-on/{act:wecom}/delete", "revision=1"}, {refused, "POST /sign-on-links", "text=victim,wecom,thief"},
	{refused, "GET /api/v1/sign-on-providers", ""}, {refused, "GET /api/v1/sign-on-providers/{act:wecom}", ""},
	{refused, "PUT /api/v1/sign-on-providers/{act:wecom}", `{"kind":"oidc","name":"x","issuer":"https://evil.example","client_id":"x"}`},
	{refused, "DELETE /api/v1/sign-on-providers/{act:wecom}?revision=1", ""}, {refused, "POST /api/v1/sign-on-providers/{act:wecom}/try", ""},
	{refused, "GET /api/v1/users/{user}/identities", ""}, {refused, "POST /api/v1/users/{user}/identities", `{"provider":"wecom","subject":"thief"}`},
	{refused, "DELETE /api/v1/users/{user}/identities/{act:wecom}", ""}, {refused, "POST /api/v1/sign-on-identities", `{"rows":[{"login":"victim","provider":"wecom","subject":"thief"}]}`},
}
