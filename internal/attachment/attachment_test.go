package attachment_test

import (
	"archive/zip"
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	owner  = access.Actor{UserID: "u-owner", Name: "主人"}
	reader = access.Actor{UserID: "u-reader", Name: "读者"}
)

// open returns a service for notes: the owner may change them, the reader may see them, and nobody else knows of them.
func open(db *store.DB) *attachment.Service {
	return attachment.NewService(db.AttachmentStore(), monthtest.NewID(time.Now), attachment.Subject{Kind: "note", May: func(_ context.Context, actor access.Actor, id string) (attachment.Rights, error) {
		if actor.UserID != owner.UserID && actor.UserID != reader.UserID {
			return attachment.Rights{}, errs.New(errs.KindNotFound, "attachment.subject_missing", nil)
		}
		return attachment.Rights{Read: true, Write: actor.UserID == owner.UserID}, nil
	}})
}

// archive is an Office document with the parts.
func archive(t *testing.T, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range parts {
		if _, err := w.Create(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestAFileThatLiesAboutItsTypeIsRefused, whatever its name is.
func TestAFileThatLiesAboutItsTypeIsRefused(t *testing.T) {
	t.Parallel()
	s := open(storetest.SQLite(t))
	word := archive(t, "[Content_Types].xml", "word/document.xml")
	for name, content := range map[string][]byte{
		"page.pdf": []byte("<html><script>alert(1)</script>"), "program.png": []byte("MZ\x90\x00"), "picture.jpg": []byte("\x89PNG\r\n\x1a\n"), "binary.txt": []byte("a\x00b"),
		"sheet.xlsx": word, "archive.docx": archive(t, "evil.exe"), "macro.docx": archive(t, "word/document.xml", "word/vbaProject.bin"), "cut.docx": word[:20], "empty.txt": {},
		"page.html": []byte("<html>"), "picture.svg": []byte("<svg/>"), "program.exe": []byte("MZ"), "none": []byte("text"), "tail.pdf.html": []byte("%PDF-1.7"),
		"large.txt": bytes.Repeat([]byte("a"), attachment.FileBytesMax+1),
	} {
		if f, err := s.Add(t.Context(), owner, "note:1", name, content); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	for name, content := range map[string][]byte{"合同.pdf": []byte("%PDF-1.7 x"), "方案.docx": word, "清单.txt": []byte("第一行"), "图.PNG": []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xae\x42\x60\x82")} {
		if f, err := s.Add(t.Context(), owner, "note:1", name, content); err != nil || f.Name != name {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	f, err := s.Add(t.Context(), owner, "note:1", "..\\..\\etc/\u202epass\"wd\n.txt", []byte("x"))
	if err != nil || strings.ContainsAny(f.Name, "/\\\"\n\u202e") {
		t.Errorf("%q, %v", f.Name, err)
	}
}

// TestFilesFollowTheRightsOfTheirRecord: to see, to add, to remove one's own; equal contents are kept once and go with their last file.
func TestFilesFollowTheRightsOfTheirRecord(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		s, ctx := open(db), t.Context()
		first, err := s.Add(ctx, owner, "note:1", "a.txt", []byte("同一份"))
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.Add(ctx, owner, "note:2", "b.txt", []byte("同一份"))
		if err != nil {
			t.Fatal(err)
		}
		wantKind := func(what string, err error, kind errs.Kind) {
			t.Helper()
			if !errs.Is(err, kind) {
				t.Errorf("%s: %v, want %s", what, err, kind)
			}
		}
		_, err = s.Add(ctx, owner, "note:1", "a.txt", []byte("同一份"))
		wantKind("twice", err, errs.KindConflict)
		_, err = s.Add(ctx, reader, "note:1", "c.txt", []byte("x"))
		wantKind("who may only read", err, errs.KindForbidden)
		_, err = s.List(ctx, access.Actor{UserID: "u-x"}, "note:1")
		wantKind("somebody else", err, errs.KindNotFound)
		_, err = s.List(ctx, owner, "unknown:1")
		wantKind("an unknown kind", err, errs.KindNotFound)
		_, _, err = s.Open(ctx, reader, "note:2", first.ID)
		wantKind("the file of another record", err, errs.KindNotFound)
		key := owner
		key.ReadOnly = true
		wantKind("a read-only key", s.Remove(ctx, key, "note:1", first.ID), errs.KindForbidden)
		wantKind("who may only read", s.Remove(ctx, reader, "note:1", first.ID), errs.KindForbidden)
		if f, content, err := s.Open(ctx, reader, "note:1", first.ID); err != nil || string(content) != "同一份" || f.MediaType != "text/plain; charset=utf-8" {
			t.Errorf("%+v, %q, %v", f, content, err)
		}
		if err := s.Remove(ctx, owner, "note:1", first.ID); err != nil {
			t.Fatal(err)
		}
		wantKind("removed twice", s.Remove(ctx, owner, "note:1", first.ID), errs.KindNotFound)
		if l, err := s.List(ctx, reader, "note:1"); err != nil || len(l.Files) != 0 || l.Write {
			t.Errorf("%+v, %v", l, err)
		}
		if _, content, err := s.Open(ctx, owner, "note:2", second.ID); err != nil || string(content) != "同一份" {
			t.Errorf("%q, %v", content, err)
		}
		if err := s.Remove(ctx, owner, "note:2", second.ID); err != nil {
			t.Fatal(err)
		}
		if left := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM attachment_content"); left[0] != 0 {
			t.Errorf("%d contents that nobody needs", left[0])
		}
		if log := monthtest.QueryTexts(t, db, "SELECT action FROM audit_entry WHERE subject = 'note:1' ORDER BY seq"); strings.Join(log, " ") != "attachment.add attachment.remove" {
			t.Errorf("audited: %v", log)
		}
	})
}
