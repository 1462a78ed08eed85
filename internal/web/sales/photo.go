package sales

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// Where follow-ups with a photo are sent to: of opportunities and of customers.
const (
	opportunityFollowUps = "POST " + opportunitiesURL + "/{id}/follow-ups"
	customerFollowUps    = "POST /customers/{id}/follow-ups"
)

// PhotoPatterns are where follow-ups with a photo are sent to. Whoever limits bodies lets the size of a file through there.
var PhotoPatterns = []string{opportunityFollowUps, customerFollowUps}

const followUpsURL = "/follow-ups"

// placeHere is what the tick box of the place sends.
const placeHere = "here"

// onSite adds to the form of a follow-up what one has where one is: a photo, and the place if one wants. Both are folded away and cost no tap.
func onSite(p *i18n.Printer, form ui.FormView, failure error) ui.FormView {
	fold := p.T("followup.more")
	fields, _ := ui.WithErrors([]ui.Field{
		{Name: "files", Kind: ui.FieldFile, Label: p.T("followup.photo"), Accept: attachment.PictureEndings, Optional: true, Hint: p.T("followup.photo_hint"), Fold: fold, Span: 6},
		{Name: "place", Kind: ui.FieldCheck, Label: p.T("followup.place"), Value: placeHere, Optional: true, Hint: p.T("followup.place_hint", "Days", followup.PlaceDays), Fold: fold, Span: 6},
	}, failure, p)
	form.Fields = append(form.Fields, fields...)
	form.Fields = append(form.Fields, ui.Field{Name: "north", Kind: ui.FieldHidden}, ui.Field{Name: "east", Kind: ui.FieldHidden})
	form.Multipart = true
	return form
}

// placeOf reads the place, if one wants to give it and the browser knew it.
func placeOf(r *http.Request) (*followup.Place, error) {
	if r.PostFormValue("place") != placeHere {
		return nil, nil
	}
	north, err := strconv.ParseInt(r.PostFormValue("north"), 10, 64)
	east, otherErr := strconv.ParseInt(r.PostFormValue("east"), 10, 64)
	if err != nil || otherErr != nil {
		return nil, errs.Invalid("fact.invalid", []errs.Field{{Path: "place", Message: errs.Msg("followup.no_place", nil)}})
	}
	return &followup.Place{North: north, East: east}, nil
}

// photo is one that came with a form, or why it could not be taken; without a name there is none.
type photo struct {
	name    string
	content []byte
	failure error
}

// photoOf reads the photo of a form, before anything else of the form is read.
func photoOf(r *http.Request) (p photo) {
	err := r.ParseMultipartForm(attachment.FileBytesMax)
	if _, large := errors.AsType[*http.MaxBytesError](err); large || errors.Is(err, multipart.ErrMessageTooLarge) {
		return photo{failure: errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("attachment.large", errs.Args{"Name": "", "Megabytes": attachment.FileBytesMax >> 20})}})}
	}
	if errors.Is(err, http.ErrNotMultipart) {
		return photo{}
	}
	if err != nil {
		return photo{failure: errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)}
	}
	file, head, err := r.FormFile("files")
	if errors.Is(err, http.ErrMissingFile) {
		return photo{}
	}
	if err != nil {
		return photo{failure: errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)}
	}
	p.name = head.Filename
	p.content, p.failure = io.ReadAll(file)
	p.failure = errors.Join(p.failure, file.Close())
	if p.failure == nil && (p.name == "" || len(p.content) == 0) {
		return photo{}
	}
	if p.failure == nil {
		p.failure = attachment.CheckPicture(p.name, p.content)
	}
	return p
}

// recordFollowUp records a follow-up of an opportunity.
func (h *Handler) recordFollowUp(w http.ResponseWriter, r *http.Request) error {
	with := photoOf(r)
	return h.act(w, r, "follow", func(id, _ int64) error { return h.record(r, followup.Entry{OpportunityID: id}, with) })
}

// recordContact records a follow-up of a customer about no opportunity.
func (h *Handler) recordContact(w http.ResponseWriter, r *http.Request) error {
	with := photoOf(r)
	return h.keep(w, r, formFollow, func(id int64) error { return h.record(r, followup.Entry{CustomerID: id}, with) })
}

// record records a follow-up as it was typed, with its photo as a file on it, both or neither; of says what it is of.
func (h *Handler) record(r *http.Request, of followup.Entry, with photo) error {
	if with.failure != nil {
		return with.failure
	}
	in, err := h.followUpOf(r, of)
	if err != nil {
		return err
	}
	if in.Place, err = placeOf(r); err != nil {
		return err
	}
	if with.name != "" {
		in.Photos = []followup.Photo{{Name: with.name, Content: with.content}}
	}
	_, err = h.FollowUps.Record(r.Context(), access.ActorFrom(r.Context()), in)
	return err
}

// showFollowUp leads to where a follow-up is shown.
func (h *Handler) showFollowUp(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return errs.New(errs.KindNotFound, "followup.missing", nil).Because(err)
	}
	f, err := h.FollowUps.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	page := opportunityURL(f.OpportunityID)
	if f.OpportunityID == 0 {
		page = customerURL(f.CustomerID)
	}
	http.Redirect(w, r, page+"#timeline", http.StatusSeeOther)
	return nil
}

// besideFollowUp is what a follow-up has besides its text: photos, and the place as a map would be asked for it.
func besideFollowUp(p *i18n.Printer, actor access.Actor, f followup.FollowUp) (links []ui.Link) {
	if f.Files > 0 || f.CreatedBy == actor.UserID {
		links = append(links, ui.Link{Label: p.T("followup.photos", "Count", f.Files), URL: "/files/follow_up/" + number(f.ID)})
	}
	return links
}

// placeText writes a place in words.
func placeText(p *i18n.Printer, place *followup.Place) string {
	half := func(hundredths int64, positive, negative string) string {
		side := positive
		if hundredths < 0 {
			side, hundredths = negative, -hundredths
		}
		const whole = 100
		digits := strconv.FormatInt(hundredths%whole, 10)
		if len(digits) == 1 {
			digits = "0" + digits
		}
		return p.T("followup."+side, "Degrees", strconv.FormatInt(hundredths/whole, 10)+"."+digits)
	}
	return p.T("followup.placed", "North", half(place.North, "north", "south"), "East", half(place.East, "east", "west"))
}
