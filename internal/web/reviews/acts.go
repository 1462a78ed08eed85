package reviews

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/review"
	"xiaoguan/internal/web/ui"
)

// did does an act upon a meeting.
func (h *Handler) did(w http.ResponseWriter, r *http.Request, done string, act func(id int64) error) error {
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	return acted(w, r, reviewURL(id), done, act(id), h.draw)
}

func revisionOf(r *http.Request) int64 {
	n, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // of no number nothing is checked
	return max(n, 0)
}

func (h *Handler) write(w http.ResponseWriter, r *http.Request) error {
	return h.did(w, r, "saved", func(id int64) error {
		return h.reviews.Write(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("minutes"), revisionOf(r))
	})
}

func (h *Handler) agree(w http.ResponseWriter, r *http.Request) error {
	return h.did(w, r, "agreed", func(id int64) error {
		on, err := dateOf(r, "due_on")
		if err != nil {
			return err
		}
		person, _ := strconv.ParseInt(r.PostFormValue("person"), 10, 64) // of no number is nobody, which is refused
		_, err = h.reviews.Agree(r.Context(), access.ActorFrom(r.Context()), review.Agreement{ReviewID: id, PersonID: person, Text: r.PostFormValue("text"), DueOn: on, Metric: r.PostFormValue("metric")})
		return err
	})
}

func (h *Handler) step(w http.ResponseWriter, r *http.Request) error {
	to := r.PostFormValue("to")
	return h.did(w, r, to, func(id int64) error {
		ctx, actor := r.Context(), access.ActorFrom(r.Context())
		switch to {
		case "refresh":
			return h.reviews.Refresh(ctx, actor, id)
		case "finish":
			return h.reviews.Finish(ctx, actor, id, revisionOf(r))
		case "drop":
			return h.reviews.Drop(ctx, actor, id)
		case "see":
			return h.reviews.See(ctx, actor, id)
		}
		return errs.Invalid("error.invalid", []errs.Field{{Path: "to", Value: to, Message: errs.Msg("form.error.choice", nil)}})
	})
}

// say keeps words, or proposals, of everybody in the form.
func (h *Handler) say(w http.ResponseWriter, r *http.Request) error {
	return h.did(w, r, "saved", func(id int64) error {
		ctx, actor := r.Context(), access.ActorFrom(r.Context())
		if err := h.reviews.Runs(ctx, actor, id); err != nil {
			return err
		}
		var wrong []errs.Field
		keep := func(err error, path func(string) string) error {
			known, ok := errors.AsType[*errs.Error](err)
			if !ok || known.Kind != errs.KindInvalid {
				return err
			}
			for _, f := range known.Fields {
				f.Path = path(f.Path)
				wrong = append(wrong, f)
			}
			return nil
		}
		for name := range r.PostForm {
			what, key, _ := strings.Cut(name, "-")
			person, err := strconv.ParseInt(key, 10, 64)
			if err != nil || what != "words" && what != "reason" {
				continue
			}
			path := func(field string) string { return field + "-" + key }
			if what == "words" {
				err = h.reviews.Say(ctx, actor, id, person, r.PostFormValue(name))
			} else {
				var c fact.Checker
				rest := int64(0)
				if strings.TrimSpace(r.PostFormValue(name)) != "" {
					minor, ok := ui.ParseAmount(r.PostFormValue("rest-"+key), h.currency())
					if !ok {
						c.Add("rest", r.PostFormValue("rest-"+key), "form.error.number", nil)
					}
					rest = minor
				}
				if err = c.Err(); err == nil {
					err = h.reviews.Propose(ctx, actor, id, person, rest, r.PostFormValue(name))
				}
			}
			if err := keep(err, path); err != nil {
				return err
			}
		}
		return errs.Invalid("error.invalid", wrong)
	})
}

func (h *Handler) askChange(w http.ResponseWriter, r *http.Request) error {
	person, err := idOf(r.PathValue("person"))
	if err != nil {
		return err
	}
	return h.did(w, r, "asked", func(id int64) error {
		_, err := h.reviews.AskChange(r.Context(), access.ActorFrom(r.Context()), id, person)
		return err
	})
}

// settle says what became of an action, and goes back to the meeting that it was done from.
func (h *Handler) settle(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("action"))
	if err != nil {
		return err
	}
	a, err := h.reviews.Settle(r.Context(), access.ActorFrom(r.Context()), id, review.ActionState(r.PostFormValue("state")), r.PostFormValue("words"), revisionOf(r))
	if err != nil {
		return err
	}
	back := a.ReviewID
	if from, err := idOf(r.PostFormValue("from")); err == nil {
		back = from
	}
	http.Redirect(w, r, reviewURL(back)+"?done=settled", http.StatusSeeOther)
	return nil
}
