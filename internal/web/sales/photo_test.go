package sales_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/store"
)

// photos keeps files on follow-ups, as the program is put together.
func photos(db *store.DB, followUps *followup.Service) *attachment.Service {
	ids := 0
	newID := func() string { ids++; return fmt.Sprintf("f-%03d", ids) }
	return attachment.NewService(db.AttachmentStore(), newID, attachment.Subject{Kind: "follow_up", May: func(ctx context.Context, actor access.Actor, id string) (attachment.Rights, error) {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return attachment.Rights{}, err
		}
		f, err := followUps.Get(ctx, actor, n)
		return attachment.Rights{Read: err == nil, Write: err == nil && f.CreatedBy == actor.UserID}, err
	}})
}

// send posts a form with a file.
func (s *site) send(path string, form url.Values, name string, content []byte, want int) string {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range form {
		for _, v := range values {
			if err := w.WriteField(key, v); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile("files", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept", "text/html")
	recorder := httptest.NewRecorder()
	s.pages.ServeHTTP(recorder, r)
	if recorder.Code != want {
		s.t.Fatalf("%s: %d, want %d: %s", path, recorder.Code, want, recorder.Body)
	}
	return recorder.Body.String()
}

// TestAVisitIsRecordedWithPhotoAndPlace: with what was said to be kept and nothing else; what is no photo is refused before anything is recorded.
func TestAVisitIsRecordedWithPhotoAndPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	visit := url.Values{"kind": {"visit"}, "text": {"看了车间"}, "next": {"3"}, "place": {"here"}, "north": {"3124"}, "east": {"-4"}}
	const address = "/opportunities/1/follow-ups"
	for name, content := range map[string][]byte{"lies.jpg": []byte("<html>"), "paper.pdf": []byte("%PDF-1.7"), "program.exe": []byte("MZ")} {
		s.wants(s.send(address, visit, name, content, http.StatusUnprocessableEntity), "看了车间", "is-invalid")
	}
	s.lacks(s.get("/opportunities/1"), "拜访 · 销售P1")
	s.send(address, visit, "车间.jpg", photo.Bytes(), http.StatusSeeOther)
	s.wants(s.get("/opportunities/1"), "拜访 · 销售P1", "看了车间", "位置约北纬31.24°、西经0.04°", "照片 1", "/files/follow_up/1")
	if _, response := s.do(http.MethodGet, "/follow-ups/1", nil, http.StatusSeeOther); response.Header.Get("Location") != "/opportunities/1#timeline" {
		t.Errorf("leads to %s", response.Header.Get("Location"))
	}
	s.post(address, url.Values{"kind": {"visit"}, "text": {"没有给位置"}, "place": {"here"}, "north": {""}, "east": {""}}, http.StatusUnprocessableEntity)
	s.post(address, url.Values{"kind": {"visit"}, "text": {"在月球"}, "place": {"here"}, "north": {"9001"}, "east": {"0"}}, http.StatusUnprocessableEntity)
	s.post(address, url.Values{"kind": {"call"}, "text": {"不勾选"}, "north": {"3124"}, "east": {"12147"}}, http.StatusSeeOther)
	page := s.get("/opportunities/1")
	s.wants(page, "不勾选")
	if strings.Count(page, "位置约") != 1 {
		t.Error("a place was kept that nobody ticked")
	}
}

// TestAFollowUpTakesThreeTaps counts what somebody must touch: the form as it opens, sent with one sentence chosen, is a whole follow-up. Opening the
// list of sentences, choosing one, saving: three.
func TestAFollowUpTakesThreeTaps(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	page, err := html.Parse(strings.NewReader(s.get("/opportunities/1")))
	if err != nil {
		t.Fatal(err)
	}
	filled, sentence := url.Values{}, ""
	var walk func(n *html.Node, within bool)
	walk = func(n *html.Node, within bool) {
		attribute := func(name string) (value string, found bool) {
			for _, a := range n.Attr {
				if a.Key == name {
					return a.Val, true
				}
			}
			return "", false
		}
		if n.Type == html.ElementNode {
			if id, _ := attribute("id"); n.Data == "form" && id == "follow-up" {
				within = true
			}
			name, _ := attribute("name")
			value, _ := attribute("value")
			_, checked := attribute("checked")
			kind, _ := attribute("type")
			switch {
			case !within:
			case n.Data == "input" && (checked || kind == "hidden"):
				filled.Add(name, value)
			case n.Data == "option" && value != "" && sentence == "":
				sentence = value
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child, within)
		}
	}
	walk(page, false)
	if sentence == "" || filled.Get("kind") != "call" || filled.Get("next") != "3" {
		t.Fatalf("the form opens with %v and offers %q", filled, sentence)
	}
	filled.Set("sentence", sentence) // two taps
	s.post("/opportunities/1/follow-ups", filled, http.StatusSeeOther)
	s.wants(s.get("/opportunities/1"), sentence)
}

// kept keeps photos in the transaction of their follow-up.
type kept struct{ files *attachment.Service }

// AddPhoto implements followup.Files.
func (k kept) AddPhoto(ctx context.Context, tx followup.Tx, actor access.Actor, followUpID int64, photo followup.Photo) error {
	_, err := k.files.AddIn(ctx, tx.(attachment.Tx), actor, "follow_up:"+strconv.FormatInt(followUpID, 10), photo.Name, photo.Content)
	return err
}
