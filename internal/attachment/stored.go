package attachment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Content is a content, or where it lies.
type Content struct {
	Digest string
	Bytes  []byte // empty when it lies elsewhere
	Key    string // of its object; empty: it lies in the database
}

// Objects is an object storage. Package objects is one.
type Objects interface {
	// Put writes an object whole or not at all. Errors: unavailable.
	Put(ctx context.Context, key string, content []byte) error
	// Get returns an object. Errors: not found; unavailable, also for one that is larger.
	Get(ctx context.Context, key string, bytesMax int64) ([]byte, error)
	// Delete removes an object; one that is not there is removed. Errors: unavailable.
	Delete(ctx context.Context, key string) error
	// String names the place, without key and secret.
	String() string
}

type storedReader interface {
	// Contents returns contents after a digest, by digest, without their bytes.
	Contents(ctx context.Context, after string, limit int) ([]Content, error)
	ContentUse(ctx context.Context) (Use, error)
}

type storedTx interface {
	// NoteObject notes a key before its object is written.
	NoteObject(ctx context.Context, key string, at time.Time) error
	// NeedObject strikes out the note of a key whose object is needed from now on. Errors: conflict when it was given up meanwhile.
	NeedObject(ctx context.Context, key string) error
	// DoomObjects gives up keys that were noted before then, and returns them with those given up earlier.
	DoomObjects(ctx context.Context, before time.Time, limit int) ([]string, error)
	ForgetObject(ctx context.Context, key string) error
	// MoveContent changes where a content lies. Errors: conflict when it lies elsewhere by now, or is gone.
	MoveContent(ctx context.Context, from, to Content) error
}

// Use is how much is kept where. Equal contents count once; bytes are those of files that were not removed.
type Use struct {
	Database, Objects           int64 // contents
	DatabaseBytes, ObjectsBytes int64
	Leftovers                   int64 // objects to be deleted
}

// WithObjects puts new contents into an object storage.
func (s *Service) WithObjects(objects Objects) *Service {
	s.objects = objects
	return s
}

// put writes a content where contents go. An object is noted first: should nobody need it in the end, it is found and deleted.
func (s *Service) put(ctx context.Context, f File, content []byte) (Content, error) {
	if s.objects == nil {
		return Content{Digest: f.Digest, Bytes: content}, nil
	}
	return s.putObject(ctx, f.Digest, content)
}

func (s *Service) putObject(ctx context.Context, digest string, content []byte) (Content, error) {
	c := Content{Digest: digest, Key: digest[:2] + "/" + digest + "-" + s.newID()}
	if err := s.store.InTx(ctx, func(tx Tx) error { return tx.NoteObject(ctx, c.Key, tx.Now()) }); err != nil {
		return Content{}, err
	}
	return c, s.objects.Put(ctx, c.Key, content)
}

// get returns a content from where it lies, held against its digest.
func (s *Service) get(ctx context.Context, digest string, c Content) (content []byte, err error) {
	if content = c.Bytes; c.Key != "" {
		if s.objects == nil {
			return nil, errs.New(errs.KindUnavailable, "attachment.storage_missing", nil)
		}
		if content, err = s.objects.Get(ctx, c.Key, FileBytesMax); err != nil {
			if errs.Is(err, errs.KindNotFound) { // the file is there, and its content is not
				err = errs.New(errs.KindUnavailable, "attachment.gone", nil).Because(err)
			}
			return nil, err
		}
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != digest {
		return nil, errs.New(errs.KindUnavailable, "attachment.damaged", nil)
	}
	return content, nil
}

// leftoverAfter is how long an object may be noted and not needed: longer than writing one may take.
const leftoverAfter = time.Hour

// sweepMost is how many objects one sweep deletes.
const sweepMost = 500

// Sweep deletes objects that nobody needs: of files that were removed, of moves, of uploads that came to nothing. It returns how many.
func (s *Service) Sweep(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "attachment.Sweep")
	if s.objects == nil {
		return 0, nil
	}
	var doomed []string
	if err := s.store.InTx(ctx, func(tx Tx) error {
		doomed, err = tx.DoomObjects(ctx, tx.Now().Add(-leftoverAfter), sweepMost)
		return err
	}); err != nil {
		return 0, err
	}
	for _, key := range doomed {
		if err := s.objects.Delete(ctx, key); err != nil {
			return count, err
		}
		if err := s.store.InTx(ctx, func(tx Tx) error { return tx.ForgetObject(ctx, key) }); err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}

// pageOfContents is how many contents are looked at together.
const pageOfContents = 200

// each calls fn on all contents, by digest.
func (s *Service) each(ctx context.Context, fn func(Content) error) error {
	for after := ""; ; {
		var page []Content
		if err := s.store.Read(ctx, func(r Reader) (err error) {
			page, err = r.Contents(ctx, after, pageOfContents)
			return err
		}); err != nil {
			return err
		}
		for _, c := range page {
			if err := fn(c); err != nil {
				return err
			}
			after = c.Digest
		}
		if len(page) < pageOfContents {
			return nil
		}
	}
}

// load reads the bytes of a content. Ok is false for one that has gone meanwhile.
func (s *Service) load(ctx context.Context, c Content) (content []byte, now Content, ok bool, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		now, err = r.AttachmentContent(ctx, c.Digest)
		return err
	})
	if errs.Is(err, errs.KindNotFound) {
		return nil, now, false, nil
	}
	if err == nil {
		content, err = s.get(ctx, c.Digest, now)
	}
	return content, now, err == nil, err
}

// Move brings all contents into the object storage, or back into the database. It can be stopped at any time and started again; files are served
// meanwhile, and what is moved is held against its digest on both ways. It asks nobody's leave: who runs the server calls it. It returns how many were
// moved.
func (s *Service) Move(ctx context.Context, intoObjects bool, told func(moved int)) (moved int, err error) {
	defer errs.Wrap(&err, "attachment.Move")
	if s.objects == nil {
		return 0, errs.New(errs.KindUnavailable, "attachment.storage_missing", nil)
	}
	err = s.each(ctx, func(c Content) error {
		if (c.Key != "") == intoObjects {
			return nil
		}
		content, from, ok, err := s.load(ctx, c)
		if err != nil || !ok || (from.Key != "") == intoObjects {
			return err
		}
		to := Content{Digest: c.Digest, Bytes: content}
		if intoObjects {
			if to, err = s.putObject(ctx, c.Digest, content); err != nil {
				return err
			}
		}
		switch err = s.store.InTx(ctx, func(tx Tx) error { return s.move(ctx, tx, from, to) }); {
		case errs.Is(err, errs.KindConflict): // removed, or moved by somebody else
			return nil
		case err != nil:
			return err
		}
		moved++
		told(moved)
		return nil
	})
	if err == nil && moved > 0 {
		err = s.store.InTx(ctx, func(tx Tx) error {
			return audit.Append(ctx, tx, access.SystemActor("attachments"), "attachment.move", "attachment:contents", nil, map[string]any{"moved": moved, "objects": intoObjects})
		})
	}
	return moved, err
}

func (s *Service) move(ctx context.Context, tx Tx, from, to Content) error {
	if err := tx.MoveContent(ctx, from, to); err != nil {
		return err
	}
	if to.Key != "" {
		return tx.NeedObject(ctx, to.Key)
	}
	return tx.NoteObject(ctx, from.Key, tx.Now())
}

// Check is what a look at all contents has found.
type Check struct {
	Contents int      // that are sound
	Broken   []string // digests of those that cannot be read or are not what they were, at most brokenMost
	Why      error    // of the first broken one
}

const brokenMost = 100

// Verify reads every content and holds it against its digest. It asks nobody's leave: who runs the server calls it.
func (s *Service) Verify(ctx context.Context) (found Check, err error) {
	defer errs.Wrap(&err, "attachment.Verify")
	err = s.each(ctx, func(c Content) error {
		_, _, ok, err := s.load(ctx, c)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if found.Why == nil {
				found.Why = err
			}
			if len(found.Broken) < brokenMost {
				found.Broken = append(found.Broken, c.Digest)
			}
		case ok:
			found.Contents++
		}
		return nil
	})
	return found, err
}

// Use returns how much is kept where. Errors: forbidden.
func (s *Service) Use(ctx context.Context, actor access.Actor) (use Use, place string, err error) {
	defer errs.Wrap(&err, "attachment.Use")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return use, "", err
	}
	if s.objects != nil {
		place = s.objects.String()
	}
	err = s.store.Read(ctx, func(r Reader) error {
		use, err = r.ContentUse(ctx)
		return err
	})
	return use, place, err
}
