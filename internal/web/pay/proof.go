package pay

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/period"
	proofpage "xiaoguan/internal/proof/page"
	"xiaoguan/internal/web/ui"
)

// proof hands out the bundle of a closed month's statement.
func (h *Handler) proof(w http.ResponseWriter, r *http.Request) error {
	a, err := ask(r)
	if err != nil {
		return err
	}
	p, err := h.proofs.Prove(r.Context(), a.actor, period.ProofOf{Month: a.month, PersonID: a.person, PlanID: a.plan})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", httpx.Attachment("proof-"+a.month.String()+"-"+p.Payee+"-"+p.PlanID+".zip"))
	w.Header().Set("Content-Length", strconv.Itoa(len(p.Packed)))
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(p.Packed)
	return err
}

// verifier hands out the page that checks proofs, as a file: it works without us, and should be kept apart from us.
func (h *Handler) verifier(w http.ResponseWriter, _ *http.Request) error {
	page := proofpage.Verifier()
	if page == nil {
		return errs.New(errs.KindNotFound, "pay.no_verifier", nil)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Disposition", httpx.Attachment("xiaoguan-verifier.html"))
	_, err := w.Write(page)
	return err
}

// proofText says how to check a proof, and what is missing in a program that was built without the verifier.
func proofText(p *i18n.Printer) string {
	if proofpage.Verifier() == nil {
		return p.T("pay.proof_text_alone")
	}
	return p.T("pay.proof_text")
}

// proofActions are the downloads with which a closed month's statement is checked. A proof that is refused says why on a page of its own, so the
// link is not marked as a download.
func proofActions(p *i18n.Printer, o opened) (actions []templ.Component) {
	if o.preview || o.view.Standing.SealHash == "" {
		return nil
	}
	actions = append(actions, ui.Button(ui.Action{Label: p.T("pay.proof"), Icon: "file-download", URL: o.address("/proof.zip"), Small: true}))
	if proofpage.Verifier() != nil {
		actions = append(actions, ui.Button(ui.Action{Label: p.T("pay.verifier"), Icon: "file-download", URL: "/verifier.html", Download: true, Small: true}))
	}
	return actions
}
