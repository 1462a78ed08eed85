package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/signon"
)

// SignOnProvider is who else may prove who somebody is.
type SignOnProvider struct {
	Kind          string   `json:"kind" enum:"wecom,dingtalk,feishu,oidc" doc:"Never changes."`
	Name          string   `json:"name" maxLength:"20" doc:"On the button."`
	Issuer        string   `json:"issuer,omitempty" maxLength:"500" doc:"OIDC: the address by which the provider calls itself."`
	ClientID      string   `json:"client_id" maxLength:"200" doc:"WeCom: the company's id."`
	AgentID       string   `json:"agent_id,omitempty" maxLength:"20" doc:"WeCom: the application's number."`
	Secret        *string  `json:"secret,omitempty" maxLength:"200" doc:"Kept sealed and never shown. Absent keeps what is there, unless the provider is another."`
	Claim         string   `json:"claim,omitempty" maxLength:"100" doc:"What identifies somebody; the usual one when it is left out (OIDC: sub)."`
	Organisations []string `json:"organisations,omitempty" maxItems:"20" doc:"OIDC: domains of verified e-mail addresses; DingTalk: CorpId; Feishu: tenant_key. Empty: any."`
	LoginAddress  string   `json:"login_address,omitempty" maxLength:"500" doc:"Of a private deployment."`
	InsideAddress string   `json:"inside_address,omitempty" maxLength:"500"`
	APIAddress    string   `json:"api_address,omitempty" maxLength:"500"`
	Match         string   `json:"match,omitempty" enum:"none,email,mobile,userid" doc:"By what somebody who comes for the first time is found: it is compared with log-ins."`
	Factors       string   `json:"factors,omitempty" enum:"one,two,said" doc:"What a sign-on stands for; said believes amr."`
	Create        bool     `json:"create,omitempty" doc:"Who is unknown gets an account without any role."`
	Contact       string   `json:"contact,omitempty" maxLength:"100" doc:"Whom the unknown may ask."`
	Exclusive     bool     `json:"exclusive,omitempty" doc:"Whoever is linked comes in by it alone."`
	Spare         string   `json:"spare,omitempty" maxLength:"200" doc:"Log-in of the administrator whose password keeps working where it is exclusive."`
	Active        bool     `json:"active,omitempty"`
	Revision      int64    `json:"revision,omitempty" doc:"With a change, the one you have seen; 0 makes a new one."`
}

// signOnProviderRow is a provider as it is shown.
type signOnProviderRow struct {
	Key string `json:"key"`
	SignOnProvider
	HasSecret    bool   `json:"has_secret"`
	Linked       int64  `json:"linked" doc:"Accounts."`
	CallbackPath string `json:"callback_path" doc:"Behind the public address, the redirect address to register."`
}

// signOnIdentity is somebody at a provider.
type signOnIdentity struct {
	Provider string     `json:"provider"`
	Subject  string     `json:"subject"`
	Name     string     `json:"name,omitempty"`
	How      string     `json:"how" enum:"self,admin,matched,created"`
	LinkedAt time.Time  `json:"linked_at"`
	UsedAt   *time.Time `json:"used_at,omitempty"`
}

// NewSignOnIdentity is an identity to be entered.
type NewSignOnIdentity struct {
	Login    string `json:"login" maxLength:"400"`
	Provider string `json:"provider" maxLength:"32"`
	Subject  string `json:"subject" maxLength:"255"`
}

// ByProvider names a provider in the address.
type ByProvider struct {
	Provider string `path:"provider" maxLength:"32"`
}

type (
	saveProviderInput struct {
		ByProvider
		Body SignOnProvider
	}
	deleteProviderInput struct {
		ByProvider
		Revision int64 `query:"revision" required:"true"`
	}
	identityOfUser struct {
		ByID
		ByProvider
	}
	linkIdentityInput struct {
		ByID
		Body struct {
			Provider string `json:"provider" maxLength:"32"`
			Subject  string `json:"subject" maxLength:"255"`
		}
	}
	importIdentitiesInput struct {
		Body struct {
			Rows []NewSignOnIdentity `json:"rows" nullable:"false" minItems:"1" maxItems:"5000"`
		}
	}
	importedIdentities struct {
		Added int64 `json:"added"`
	}
)

func (a *API) signOnOperations() {
	service := a.services.SignOn
	op := func(id, method, path string) operation {
		return operation{id: id, method: method, path: path, tag: "users"}
	}
	register(a, op("list_sign_on_providers", http.MethodGet, "/sign-on-providers"), func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[signOnProviderRow], error) {
		providers, err := service.List(ctx, actor)
		return newList(providers, "", toAPIProvider), err
	})
	register(a, op("get_sign_on_provider", http.MethodGet, "/sign-on-providers/{provider}"), func(ctx context.Context, actor access.Actor, in *ByProvider) (*output[signOnProviderRow], error) {
		p, err := service.Get(ctx, actor, in.Provider)
		return &output[signOnProviderRow]{toAPIProvider(p)}, err
	})
	register(a, op("save_sign_on_provider", http.MethodPut, "/sign-on-providers/{provider}"), func(ctx context.Context, actor access.Actor, in *saveProviderInput) (*output[signOnProviderRow], error) {
		p, err := service.Save(ctx, actor, fromAPIProvider(in.Provider, in.Body))
		return &output[signOnProviderRow]{toAPIProvider(p)}, err
	})
	remove := op("delete_sign_on_provider", http.MethodDelete, "/sign-on-providers/{provider}")
	remove.status = http.StatusNoContent
	register(a, remove, func(ctx context.Context, actor access.Actor, in *deleteProviderInput) (*none, error) {
		return nil, service.Delete(ctx, actor, in.Provider, in.Revision)
	})
	try := op("try_sign_on_provider", http.MethodPost, "/sign-on-providers/{provider}/try")
	try.status = http.StatusNoContent
	register(a, try, func(ctx context.Context, actor access.Actor, in *ByProvider) (*none, error) {
		return nil, service.Try(ctx, actor, in.Provider, a.services.Company.Known().Public)
	})
	a.identityOperations(op)
}

func (a *API) identityOperations(op func(id, method, path string) operation) {
	service := a.services.SignOn
	register(a, op("list_identities", http.MethodGet, "/users/{id}/identities"), func(ctx context.Context, actor access.Actor, in *ByID) (*listOutput[signOnIdentity], error) {
		identities, err := service.Identities(ctx, actor, in.ID)
		return newList(identities, "", toAPIIdentity), err
	})
	link := op("link_identity", http.MethodPost, "/users/{id}/identities")
	link.status = http.StatusNoContent
	register(a, link, func(ctx context.Context, actor access.Actor, in *linkIdentityInput) (*none, error) {
		return nil, service.Link(ctx, actor, signon.NewIdentity{UserID: in.ID, Provider: in.Body.Provider, Subject: in.Body.Subject})
	})
	unlink := op("unlink_identity", http.MethodDelete, "/users/{id}/identities/{provider}")
	unlink.status = http.StatusNoContent
	register(a, unlink, func(ctx context.Context, actor access.Actor, in *identityOfUser) (*none, error) {
		return nil, service.Unlink(ctx, actor, in.ID, in.Provider)
	})
	register(a, op("import_identities", http.MethodPost, "/sign-on-identities"), func(ctx context.Context, actor access.Actor, in *importIdentitiesInput) (*output[importedIdentities], error) {
		var rows []signon.NewIdentity
		for _, row := range in.Body.Rows {
			rows = append(rows, signon.NewIdentity{Login: row.Login, Provider: row.Provider, Subject: row.Subject})
		}
		added, err := service.Import(ctx, actor, rows)
		return &output[importedIdentities]{importedIdentities{added}}, err
	})
}

func toAPIProvider(p signon.Provider) signOnProviderRow {
	return signOnProviderRow{Key: p.Key, HasSecret: p.Secret != "", Linked: p.Linked, CallbackPath: signon.CallbackPath(p.Key), SignOnProvider: SignOnProvider{
		Kind: string(p.Kind), Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID, AgentID: p.AgentID, Claim: p.Claim, Organisations: p.Organisations,
		LoginAddress: p.Addresses.Login, InsideAddress: p.Addresses.Inside, APIAddress: p.Addresses.API, Match: string(p.Match), Factors: string(p.Factors),
		Create: p.Create, Contact: p.Contact, Exclusive: p.Exclusive, Spare: p.Spare, Active: p.Active, Revision: p.Revision}}
}

func fromAPIProvider(key string, b SignOnProvider) signon.Entry {
	return signon.Entry{Key: key, Spare: b.Spare, Secret: b.Secret, Revision: b.Revision, Settings: signon.Settings{
		Kind: signon.Kind(b.Kind), Name: b.Name, Issuer: b.Issuer, ClientID: b.ClientID, AgentID: b.AgentID, Claim: b.Claim, Organisations: b.Organisations,
		Addresses: signon.Addresses{Login: b.LoginAddress, Inside: b.InsideAddress, API: b.APIAddress}, Match: signon.Match(b.Match), Factors: signon.Factors(b.Factors),
		Create: b.Create, Contact: b.Contact, Exclusive: b.Exclusive, Active: b.Active}}
}

func toAPIIdentity(i signon.Identity) signOnIdentity {
	return signOnIdentity{i.Provider, i.Subject, i.Name, string(i.How), i.LinkedAt, toAPIInstant(i.UsedAt)}
}
