package api

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"

	"xiaoguan/internal/errs"
)

// formMemoryBytes is how much of a form is held in memory; files beyond it wait in the system's folder for temporary files.
const formMemoryBytes = 1 << 20

// readForm reads a form with files to its end, so that it can be read again and again: to tell whether it is the same as before, and to
// do what it asks for. Errors: 415 when it is no form, 413 over the limit, 400 when it breaks off.
func readForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	err := r.ParseMultipartForm(formMemoryBytes)
	if _, ours := errors.AsType[*fs.PathError](err); err == nil || ours || r.Context().Err() != nil {
		return err
	}
	if errors.Is(err, http.ErrNotMultipart) || errors.Is(err, http.ErrMissingBoundary) {
		return &statusError{http.StatusUnsupportedMediaType, "invalid", errs.New(errs.KindInvalid, "api.no_form", nil)}
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large || errors.Is(err, multipart.ErrMessageTooLarge) {
		return errs.New(errs.KindTooLarge, "error.too_large", nil)
	}
	return &statusError{http.StatusBadRequest, "invalid", errs.New(errs.KindInvalid, "api.no_form", nil).Because(err)}
}

// forget removes what waits in the folder for temporary files.
func forget(form *multipart.Form) {
	if form != nil {
		_ = form.RemoveAll() // the system clears that folder too
	}
}

// hashForm adds a form to the hash of a request. The boundary between its parts is none of it: programs make up a new one each time.
func hashForm(h hash.Hash, form *multipart.Form) error {
	text := func(parts ...string) {
		for _, part := range parts {
			h.Write([]byte(part))
			h.Write([]byte{0})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(form.Value)) {
		text("value", name)
		text(form.Value[name]...)
	}
	for _, name := range slices.Sorted(maps.Keys(form.File)) {
		for _, file := range form.File[name] {
			sum, err := hashFile(file)
			if err != nil {
				return err
			}
			text("file", name, file.Filename, string(sum))
		}
	}
	return nil
}

func hashFile(file *multipart.FileHeader) (sum []byte, err error) {
	from, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	h := sha256.New()
	_, err = io.Copy(h, from)
	return h.Sum(nil), err
}

// onlyKnown refuses parts of a form that are none of those named, so that a slip of the pen does not pass unseen.
func onlyKnown(form *multipart.Form, values, files []string) error {
	var unknown []errs.Field
	note := func(known []string, names []string) {
		for _, name := range names {
			if !slices.Contains(known, name) {
				unknown = append(unknown, errs.Field{Path: name, Message: errs.Msg("api.field.unknown", nil)})
			}
		}
	}
	note(values, slices.Sorted(maps.Keys(form.Value)))
	note(files, slices.Sorted(maps.Keys(form.File)))
	return errs.Invalid("error.invalid", unknown)
}
