package objects_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/objects"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func storageOn(t *testing.T, s *shelf, change func(c *objects.Config)) *objects.Storage {
	t.Helper()
	c, err := objects.Parse("s3://"+bucket+"/xiaoguan/?endpoint="+s.URL+"&region="+region+"&style=path", accessKey, secretKey)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&c)
	}
	return objects.New(c, s.Client().Transport, time.Now)
}

func TestPlacesAreRead(t *testing.T) {
	t.Parallel()
	c, err := objects.Parse("s3://qinghe-files/xiaoguan/?endpoint=https://oss-cn-hangzhou.aliyuncs.com&region=oss-cn-hangzhou", "k", "s")
	if err != nil || c != (objects.Config{Endpoint: "oss-cn-hangzhou.aliyuncs.com", Secure: true, Region: "oss-cn-hangzhou", Bucket: "qinghe-files", Prefix: "xiaoguan/", Key: "k", Secret: "s"}) {
		t.Errorf("%+v, %v", c, err)
	}
	for _, bad := range []string{"", "files", "s3://", "http://files?endpoint=https://a", "s3://files", "s3://files?endpoint=a", "s3://files?endpoint=ftp://a", "s3://files?endpoint=https://a/b", "s3://files?endpoint=https://topsecret:x@a",
		"s3://topsecret:x@files?endpoint=https://a", "s3://files?endpoint=https://a&secret=topsecret", "s3://files?endpoint=https://a&style=other", "s3://UPPER?endpoint=https://a", "s3://files?endpoint=https://a#x"} {
		if _, err := objects.Parse(bad, "k", "s"); err == nil || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := objects.Parse("s3://files?endpoint=https://a", "k", ""); err == nil {
		t.Error("without a secret")
	}
}

func TestObjectsAreWrittenReadAndDeleted(t *testing.T) {
	t.Parallel()
	s := openShelf(t)
	storage, ctx := storageOn(t, s, nil), t.Context()
	for _, content := range [][]byte{{}, []byte("x"), bytes.Repeat([]byte("文件"), 1<<20)} {
		key := fmt.Sprintf("ab/%d-a b", len(content))
		if err := storage.Put(ctx, key, content); err != nil {
			t.Fatal(err)
		}
		if _, kept := s.objects["xiaoguan/"+key]; !kept {
			t.Errorf("kept under %v", s.objects)
		}
		got, err := storage.Get(ctx, key, 8<<20)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes came back as %d, %v", len(content), len(got), err)
		}
		if len(content) > 1 {
			if _, err := storage.Get(ctx, key, 10); !errs.Is(err, errs.KindUnavailable) {
				t.Errorf("a larger one than wanted: %v", err)
			}
		}
		for range 2 {
			if err := storage.Delete(ctx, key); err != nil {
				t.Error(err)
			}
		}
		if _, err := storage.Get(ctx, key, 8<<20); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("after its end: %v", err)
		}
	}
}

func TestFailuresOfTheStorageAreToldWithoutSecrets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(c *objects.Config)
		fail   func(r *http.Request, attempt int) int
		works  bool
	}{
		"another secret":        {change: func(c *objects.Config) { c.Secret = "topsecret" }},
		"another bucket":        {change: func(c *objects.Config) { c.Bucket = "other" }},
		"forbidden":             {fail: func(*http.Request, int) int { return http.StatusForbidden }},
		"always busy":           {fail: func(*http.Request, int) int { return http.StatusServiceUnavailable }},
		"busy at first":         {fail: func(_ *http.Request, n int) int { return map[bool]int{true: http.StatusServiceUnavailable}[n == 1] }, works: true},
		"hangs up at first":     {fail: func(_ *http.Request, n int) int { return map[bool]int{true: -1}[n == 1] }, works: true},
		"hangs up in each case": {fail: func(*http.Request, int) int { return -1 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openShelf(t)
			s.fail = c.fail
			storage := storageOn(t, s, c.change)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			err := storage.Put(ctx, "ab/c", []byte("text"))
			if c.works {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errs.Is(err, errs.KindUnavailable) || len(s.objects) != 0 {
				t.Errorf("%v, %d kept", err, len(s.objects))
			}
			if text := fmt.Sprint(err); strings.Contains(text, "topsecret") || strings.Contains(text, secretKey) {
				t.Errorf("a secret is told: %s", text)
			}
		})
	}
}

func TestASlowStorageIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	s := openShelf(t)
	s.fail = func(r *http.Request, _ int) int {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the other side has gone
		<-r.Context().Done()
		return -1
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := storageOn(t, s, nil).Put(ctx, "ab/c", []byte("x")); !errs.Is(err, errs.KindUnavailable) {
		t.Errorf("%v", err)
	}
}

var owner = access.Actor{UserID: "u-owner", Name: "主人", Grants: []access.Grant{{Role: access.RoleAdmin, Scope: access.ScopeAll}}}

// notes is a service of files on notes, with an object storage.
func notes(db *store.DB, storage attachment.Objects) *attachment.Service {
	s := attachment.NewService(db.AttachmentStore(), monthtest.NewID(time.Now), attachment.Subject{Kind: "note", May: func(context.Context, access.Actor, string) (attachment.Rights, error) {
		return attachment.Rights{Read: true, Write: true}, nil
	}})
	if storage != nil {
		s.WithObjects(storage)
	}
	return s
}

func (s *shelf) keys() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.objects)
}

func TestFilesLieInTheStorageAndLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		shelf, ctx := openShelf(t), t.Context()
		s := notes(db, storageOn(t, shelf, nil))
		first, err := s.Add(ctx, owner, "note:1", "a.txt", []byte("第一行"))
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.Add(ctx, owner, "note:2", "b.txt", []byte("第一行")) // the same content
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []attachment.File{first, second} {
			if _, content, err := s.Open(ctx, owner, f.Subject, f.ID); err != nil || string(content) != "第一行" {
				t.Errorf("%s: %q, %v", f.Name, content, err)
			}
		}
		if _, _, err := notes(db, nil).Open(ctx, owner, "note:1", first.ID); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("without the storage: %v", err)
		}
		use, place, err := s.Use(ctx, owner)
		if err != nil || use.Objects != 1 || use.Database != 0 || use.ObjectsBytes != 9 || use.Leftovers != 1 || place != "s3://files/xiaoguan/" {
			t.Errorf("use %+v at %q, %v", use, place, err)
		}
		// A file that was changed where it lies is not handed out.
		for key := range shelf.objects {
			shelf.objects[key] = []byte("andere")
		}
		if _, _, err := s.Open(ctx, owner, "note:1", first.ID); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("a changed one: %v", err)
		}
		if found, err := s.Verify(ctx); err != nil || found.Contents != 0 || len(found.Broken) != 1 {
			t.Errorf("verified: %+v, %v", found, err)
		}
		for _, f := range []attachment.File{first, second} {
			if err := s.Remove(ctx, owner, f.Subject, f.ID); err != nil {
				t.Error(err)
			}
		}
		if n, err := s.Sweep(ctx); err != nil || n != 0 || shelf.keys() != 2 {
			t.Errorf("swept at once: %d, %v", n, err)
		}
		sweepAll(t, db, s)
		if shelf.keys() != 0 {
			t.Errorf("%d objects are left", shelf.keys())
		}
	})
}

// sweepAll sweeps as hours later.
func sweepAll(t *testing.T, db *store.DB, s *attachment.Service) {
	t.Helper()
	if err := db.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.DoomObjects(t.Context(), tx.Now().Add(time.Hour), 1000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAnUploadThatFailsKeepsNothing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		shelf, ctx := openShelf(t), t.Context()
		s := notes(db, storageOn(t, shelf, nil))
		shelf.fail = func(*http.Request, int) int { return http.StatusForbidden }
		if _, err := s.Add(ctx, owner, "note:1", "a.txt", []byte("x")); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("%v", err)
		}
		shelf.fail = nil
		if l, err := s.List(ctx, owner, "note:1"); err != nil || len(l.Files) != 0 {
			t.Errorf("%+v, %v", l, err)
		}
		// Given up while it was under way: the file is refused and not kept without its content.
		slow := &meanwhile{Storage: storageOn(t, shelf, nil), then: func() { sweepAll(t, db, s) }}
		if _, err := notes(db, slow).Add(ctx, owner, "note:1", "a.txt", []byte("x")); !errs.Is(err, errs.KindConflict) {
			t.Errorf("swept meanwhile: %v", err)
		}
		if l, err := s.List(ctx, owner, "note:1"); err != nil || len(l.Files) != 0 {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

// meanwhile does something between the writing of an object and the transaction that needs it.
type meanwhile struct {
	*objects.Storage
	then func()
}

func (m *meanwhile) Put(ctx context.Context, key string, content []byte) error {
	err := m.Storage.Put(ctx, key, content)
	m.then()
	return err
}

func TestContentsMoveBothWays(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		shelf, ctx := openShelf(t), t.Context()
		inside, s := notes(db, nil), notes(db, storageOn(t, shelf, nil))
		want := map[string]string{}
		for i := range 12 {
			text := fmt.Sprint("Zeile ", i)
			f, err := inside.Add(ctx, owner, "note:1", fmt.Sprint(i, ".txt"), []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			want[f.ID] = text
		}
		same := func(s *attachment.Service, objects int) {
			t.Helper()
			for id, text := range want {
				if _, content, err := s.Open(ctx, owner, "note:1", id); err != nil || string(content) != text {
					t.Errorf("%q, want %q: %v", content, text, err)
				}
			}
			if use, _, err := s.Use(ctx, owner); err != nil || use.Objects != int64(objects) || use.Database != int64(12-objects) {
				t.Errorf("use %+v, %v", use, err)
			}
		}
		if _, err := inside.Move(ctx, true, func(int) {}); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("without a storage: %v", err)
		}
		// It is stopped in the middle and started again.
		stopping, stop := context.WithCancel(ctx)
		if _, err := s.Move(stopping, true, func(moved int) {
			if moved == 5 {
				stop()
			}
		}); err == nil {
			t.Error("it was not stopped")
		}
		same(s, 5)
		if moved, err := s.Move(ctx, true, func(int) {}); err != nil || moved != 7 {
			t.Errorf("moved %d, %v", moved, err)
		}
		same(s, 12)
		if found, err := s.Verify(ctx); err != nil || found.Contents != 12 || len(found.Broken) != 0 {
			t.Errorf("verified %+v, %v", found, err)
		}
		if moved, err := s.Move(ctx, false, func(int) {}); err != nil || moved != 12 {
			t.Errorf("moved back %d, %v", moved, err)
		}
		same(inside, 0)
		sweepAll(t, db, s)
		if shelf.keys() != 0 {
			t.Errorf("%d objects are left", shelf.keys())
		}
		sum := sha256.Sum256([]byte("Zeile 0"))
		if err := db.Read(ctx, func(tx *store.Tx) error {
			c, err := tx.AttachmentContent(ctx, hex.EncodeToString(sum[:]))
			if err == nil && (c.Key != "" || string(c.Bytes) != "Zeile 0") {
				t.Errorf("%+v", c)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
