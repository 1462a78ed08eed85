package crashtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"

	"xiaoguan/internal/httpx"
)

// visitor is somebody signed in at a server, with a browser that does not follow redirections.
type visitor struct{ base, cookie string }

func (v *visitor) send(ctx context.Context, method, to, contentType string, body io.Reader) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, v.base+to, body)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Content-Type", contentType)
	request.AddCookie(&http.Cookie{Name: httpx.SessionCookie{}.Name(), Value: v.cookie})
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response, text, err
}

func (v *visitor) get(ctx context.Context, from string) (string, error) {
	response, text, err := v.send(ctx, http.MethodGet, from, "", nil)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s: %s", from, response.Status, text)
	}
	return string(text), err
}

// post returns the status, which must be one of those.
func (v *visitor) post(ctx context.Context, to string, want ...int) (int, error) {
	response, text, err := v.send(ctx, http.MethodPost, to, "application/x-www-form-urlencoded", nil)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(want, response.StatusCode) {
		return 0, fmt.Errorf("POST %s: %s: %s", to, response.Status, text)
	}
	return response.StatusCode, nil
}

// upload hands files in and returns the id of their import.
func (v *visitor) upload(ctx context.Context, files map[string]string) (string, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, text := range files {
		part, err := form.CreateFormFile("files", name)
		if err != nil {
			return "", err
		}
		_, _ = io.WriteString(part, text) // a buffer takes everything
	}
	if err := form.Close(); err != nil {
		return "", err
	}
	response, text, err := v.send(ctx, http.MethodPost, "/imports", form.FormDataContentType(), &body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("upload: %s: %s", response.Status, text)
	}
	return path.Base(response.Header.Get("Location")), nil
}
