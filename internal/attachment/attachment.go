// Package attachment is files on records: on requests for approval, opportunities, and whatever else registers itself.
//
// A file is taken for what its content says and not for what its name claims: types that a browser would run are refused, and so is a document whose content is another
// type, or carries macros. Whoever may see the record may download its files, always as a download; whoever may change it may add files and remove their own.
//
// Of pictures only what is to be seen is kept: where and with what they were taken, and previews, are left out before anything is stored.
//
// Contents are kept once for equal contents: in the database, so that a backup has them and every node serves them, or in an object storage where one is set. An
// object has a key of its own that is used once: it is noted before it is written and struck out in the transaction that needs it, so that what a crash, a refusal or a
// removal leaves behind is found and deleted, and nothing that is needed is (ADR 0021). What is read from there is held against its digest.
//
// Limits: FileBytesMax for a file and FilesMax for a record; a removed file leaves its row, and its content while another row needs it. Contents are not searched, and nothing looks for malware in them.
package attachment

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// The limits.
const (
	FileBytesMax = 5 << 20
	FilesMax     = 20 // of one record
)

// File is a file on a record, without its content.
type File struct {
	ID        string // UUID, grows with time
	Subject   string // kind:id, as in the audit log
	Name      string
	MediaType string
	Bytes     int64
	Digest    string // SHA-256 of the content, in hex
	AddedBy   string
	AddedAt   time.Time
}

// Rights are what somebody may do with the files of a record.
type Rights struct{ Read, Write bool }

// Subject is a kind of record that may have files.
type Subject struct {
	Kind string // as in the audit log: "opportunity"
	// May asks the record's own service. Errors: not found for who may not see the record.
	May func(ctx context.Context, actor access.Actor, id string) (Rights, error)
}

// Reader reads files in one snapshot.
type Reader interface {
	// Attachments returns the files of a record, oldest first.
	Attachments(ctx context.Context, subject string) ([]File, error)
	// Attachment returns a file that was not removed. Errors: not found.
	Attachment(ctx context.Context, id string) (File, error)
	// AttachmentContent returns a content by its digest, or where it lies. Errors: not found.
	AttachmentContent(ctx context.Context, digest string) (Content, error)
	storedReader
	UserNames(ctx context.Context, ids []string) (map[string]string, error)
	Now() time.Time
}

// Tx changes files.
type Tx interface {
	Reader
	audit.Tx
	// InsertAttachment keeps a file. Fresh says that its content was not there yet: only then is the one that was handed in needed.
	InsertAttachment(ctx context.Context, f File, content Content) (fresh bool, err error)
	// RemoveAttachment takes a file away, and its content when no other file has it; an object is noted as left over. Errors: conflict when it is gone.
	RemoveAttachment(ctx context.Context, f File, by string, at time.Time) error
	storedTx
}

// Store is where files are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service keeps files.
type Service struct {
	store    Store
	newID    func() string
	subjects []Subject
	objects  Objects // nil: contents lie in the database
}

// NewService returns a Service for the kinds of records.
func NewService(store Store, newID func() string, subjects ...Subject) *Service {
	return &Service{store: store, newID: newID, subjects: subjects}
}

// may asks the record's own service what the actor may do. A kind that is not registered is not found.
func (s *Service) may(ctx context.Context, actor access.Actor, subject string) (Rights, error) {
	if actor.UserID == "" {
		return Rights{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	kind, id, _ := strings.Cut(subject, ":")
	at := slices.IndexFunc(s.subjects, func(k Subject) bool { return k.Kind == kind })
	if at < 0 || id == "" {
		return Rights{}, errs.New(errs.KindNotFound, "attachment.subject_missing", nil)
	}
	rights, err := s.subjects[at].May(ctx, actor, id)
	if err == nil && !rights.Read {
		err = errs.New(errs.KindNotFound, "attachment.subject_missing", nil)
	}
	rights.Write = rights.Write && !actor.ReadOnly
	return rights, err
}

// List is the files of a record with who added them, and whether the actor may add more.
type List struct {
	Subject string
	Files   []File
	Names   map[string]string // of users, by id
	Write   bool
}

// List returns the files of a record. Errors: as of the record's own service.
func (s *Service) List(ctx context.Context, actor access.Actor, subject string) (l List, err error) {
	defer errs.Wrap(&err, "attachment.List(%s)", subject)
	rights, err := s.may(ctx, actor, subject)
	if err != nil {
		return List{}, err
	}
	l = List{Subject: subject, Write: rights.Write}
	err = s.store.Read(ctx, func(r Reader) error {
		if l.Files, err = r.Attachments(ctx, subject); err != nil {
			return err
		}
		var users []string
		for _, f := range l.Files {
			users = append(users, f.AddedBy)
		}
		l.Names, err = r.UserNames(ctx, users)
		return err
	})
	return l, err
}

// Add keeps a file. Errors: as of the record's own service; forbidden for who may only read; invalid for a file that is not what its name says, conflict when there are too many.
func (s *Service) Add(ctx context.Context, actor access.Actor, subject, name string, content []byte) (f File, err error) {
	defer errs.Wrap(&err, "attachment.Add(%s)", subject)
	rights, err := s.may(ctx, actor, subject)
	if err == nil && !rights.Write {
		err = errs.New(errs.KindForbidden, "attachment.read_only", nil)
	}
	if err != nil {
		return File{}, err
	}
	if f, content, err = newFile(name, content); err != nil {
		return File{}, err
	}
	f.ID, f.Subject, f.AddedBy = s.newID(), subject, actor.UserID
	kept, err := s.put(ctx, f, content)
	if err != nil {
		return File{}, err
	}
	var added File
	err = s.store.InTx(ctx, func(tx Tx) error {
		added, err = s.addIn(ctx, tx, actor, f, kept)
		return err
	})
	return added, err
}

// AddIn keeps a file in the transaction of who writes the record, and has asked whether the actor may. Errors: invalid for a file that is not what its
// name says, conflict when there are too many. Its content goes into the database, also where there is an object storage: a transaction waits for no
// line. Move brings it over.
func (s *Service) AddIn(ctx context.Context, tx Tx, actor access.Actor, subject, name string, content []byte) (f File, err error) {
	if f, content, err = newFile(name, content); err != nil {
		return File{}, err
	}
	f.ID, f.Subject, f.AddedBy = s.newID(), subject, actor.UserID
	return s.addIn(ctx, tx, actor, f, Content{Digest: f.Digest, Bytes: content})
}

// addIn records a file whose content lies where kept says.
func (s *Service) addIn(ctx context.Context, tx Tx, actor access.Actor, f File, kept Content) (File, error) {
	before, err := tx.Attachments(ctx, f.Subject)
	switch {
	case err != nil:
		return File{}, err
	case len(before) >= FilesMax:
		return File{}, errs.New(errs.KindConflict, "attachment.many", errs.Args{"Max": FilesMax})
	case slices.ContainsFunc(before, func(o File) bool { return o.Name == f.Name && o.Digest == f.Digest }):
		return File{}, errs.New(errs.KindConflict, "attachment.twice", errs.Args{"Name": f.Name})
	}
	f.AddedAt = tx.Now()
	fresh, err := tx.InsertAttachment(ctx, f, kept)
	if err == nil && fresh && kept.Key != "" {
		err = tx.NeedObject(ctx, kept.Key)
	}
	if err != nil {
		return File{}, err
	}
	return f, audit.Append(ctx, tx, actor, "attachment.add", f.Subject, nil, state(f))
}

func state(f File) any {
	return map[string]any{"file": f.ID, "name": f.Name, "type": f.MediaType, "bytes": f.Bytes, "digest": f.Digest}
}

// file returns a file of a record that the actor may see.
func (s *Service) file(ctx context.Context, r Reader, subject, id string) (File, error) {
	f, err := r.Attachment(ctx, id)
	if err == nil && f.Subject != subject {
		err = errs.New(errs.KindNotFound, "attachment.missing", nil)
	}
	return f, err
}

// Open returns a file with its content. Errors: as of the record's own service; not found.
func (s *Service) Open(ctx context.Context, actor access.Actor, subject, id string) (f File, content []byte, err error) {
	defer errs.Wrap(&err, "attachment.Open(%s, %s)", subject, id)
	if _, err := s.may(ctx, actor, subject); err != nil {
		return File{}, nil, err
	}
	var kept Content
	err = s.store.Read(ctx, func(r Reader) error {
		if f, err = s.file(ctx, r, subject, id); err != nil {
			return err
		}
		kept, err = r.AttachmentContent(ctx, f.Digest)
		return err
	})
	if err == nil { // outside of the snapshot: a storage may take its time
		content, err = s.get(ctx, f.Digest, kept)
	}
	return f, content, err
}

// Remove takes away a file that the actor added. Errors: as of the record's own service; not found; forbidden for somebody else's.
func (s *Service) Remove(ctx context.Context, actor access.Actor, subject, id string) (err error) {
	defer errs.Wrap(&err, "attachment.Remove(%s, %s)", subject, id)
	rights, err := s.may(ctx, actor, subject)
	if err == nil && !rights.Write {
		err = errs.New(errs.KindForbidden, "attachment.read_only", nil)
	}
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		f, err := s.file(ctx, tx, subject, id)
		if err != nil {
			return err
		}
		if f.AddedBy != actor.UserID {
			return errs.New(errs.KindForbidden, "attachment.others", nil)
		}
		if err := tx.RemoveAttachment(ctx, f, actor.UserID, tx.Now()); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "attachment.remove", subject, state(f), nil)
	})
}
