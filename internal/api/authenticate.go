package api

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
)

// authenticate finds out who asks: by the key of the header Authorization, or else by the session that the caller has put into the
// context. A wrong key is refused even when there is a session: whoever sends one means it. What a key that may only read sends to
// change something is refused here, before any service is asked.
func (a *API) authenticate(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	w.Header().Set("Cache-Control", "no-store")
	actor := access.ActorFrom(r.Context())
	if header := r.Header.Get("Authorization"); header != "" {
		var err error
		if actor, err = a.services.Users.AuthenticateKey(r.Context(), bearer(header)); err != nil {
			a.failed(r.Context(), err).write(w, r)
			return
		}
		actor.Client = httpx.ClientAddress(r.Context())
	}
	var err error
	switch {
	case actor.UserID == "":
		err = errs.New(errs.KindUnauthenticated, "api.unauthenticated", nil)
	case actor.ReadOnly && operationOf(ctx).writes():
		err = errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	if err != nil {
		a.failed(r.Context(), err).write(w, r)
		return
	}
	r = r.WithContext(access.WithActor(r.Context(), actor))
	if upload := operationOf(ctx).upload; upload != "" {
		// Files are taken only from who may send them: they fill disks.
		if err = actor.RequireAll(upload); err == nil {
			err = readForm(w, r, ctx.Operation().MaxBodyBytes)
			defer forget(r.MultipartForm)
		}
	} else {
		err = readBody(r, ctx.Operation().MaxBodyBytes)
	}
	if err != nil {
		a.failed(r.Context(), err).write(w, r)
		return
	}
	next(humago.NewContext(ctx.Operation(), r, w))
}

// readBody takes the whole body into memory, where it can be read again. Its errors are known here, and not any more when huma reads:
// a body over the limit of the server must not look like a fault of ours.
func readBody(r *http.Request, limit int64) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit)) // what is longer is refused by huma, for its length
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// bearer returns the key of a header "Bearer …", and nothing of any other.
func bearer(header string) string {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}
