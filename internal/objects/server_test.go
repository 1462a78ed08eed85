package objects_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // what the protocol asks for
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	accessKey = "AKIDEXAMPLE"
	secretKey = "wJalrXUtnFEMI"
	bucket    = "files"
	region    = "cn-test-1"
)

// shelf is a small, strict server that speaks S3: it takes nothing whose signature, length or MD5 is wrong.
type shelf struct {
	*httptest.Server
	t *testing.T

	mu      sync.Mutex
	objects map[string][]byte
	fail    func(r *http.Request, attempt int) int // a status to answer with; 0: none; -1: hang up in the middle
	asked   int
}

func openShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, objects: map[string][]byte{}}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *shelf) refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>%s</Message></Error>`, code, code)
}

func (s *shelf) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.fail != nil {
		switch status := s.fail(r, s.asked); {
		case status < 0:
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = conn.Close()
			}
			return
		case status > 0:
			code := map[int]string{http.StatusForbidden: "AccessDenied", http.StatusServiceUnavailable: "SlowDown", http.StatusInternalServerError: "InternalError"}[status]
			s.refuse(w, status, code)
			return
		}
	}
	if why := wrongSignature(r); why != "" {
		s.t.Logf("signature: %s", why)
		s.refuse(w, http.StatusForbidden, "SignatureDoesNotMatch")
		return
	}
	key, ok := strings.CutPrefix(r.URL.Path, "/"+bucket+"/")
	if !ok {
		s.refuse(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	s.act(w, r, key)
}

func (s *shelf) act(w http.ResponseWriter, r *http.Request, key string) {
	content, there := s.objects[key]
	switch r.Method {
	case http.MethodPut:
		body, err := io.ReadAll(r.Body)
		sum := md5.Sum(body) //nolint:gosec // what the protocol asks for
		switch {
		case err != nil || int64(len(body)) != r.ContentLength:
			s.refuse(w, http.StatusBadRequest, "IncompleteBody")
		case r.Header.Get("Content-Md5") != base64.StdEncoding.EncodeToString(sum[:]):
			s.refuse(w, http.StatusBadRequest, "BadDigest")
		default:
			s.objects[key] = body
			w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
		}
	case http.MethodGet, http.MethodHead:
		if !there {
			s.refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", `"x"`)
		http.ServeContent(w, r, "", time.Unix(1, 0), bytes.NewReader(content))
	case http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed")
	}
}

// wrongSignature checks AWS Signature Version 4 as its definition has it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html); empty: it is right.
func wrongSignature(r *http.Request) string {
	scope, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	if !ok {
		return "no signature of version 4"
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(scope, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	credential := strings.Split(parts["Credential"], "/")
	if len(credential) != 5 || credential[0] != accessKey || credential[2] != region || credential[3] != "s3" || credential[4] != "aws4_request" {
		return "credential " + parts["Credential"]
	}
	date := r.Header.Get("X-Amz-Date")
	if at, err := time.Parse("20060102T150405Z", date); err != nil || time.Since(at).Abs() > 15*time.Minute || !strings.HasPrefix(date, credential[1]) {
		return "date " + date
	}
	signed := strings.Split(parts["SignedHeaders"], ";")
	if !slices.Contains(signed, "host") || !slices.Contains(signed, "x-amz-content-sha256") || !slices.IsSorted(signed) {
		return "signed headers " + parts["SignedHeaders"]
	}
	var headers strings.Builder
	for _, name := range signed {
		value := r.Header.Get(name)
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = fmt.Sprint(r.ContentLength)
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	canonical := strings.Join([]string{r.Method, (&url.URL{Path: r.URL.Path}).EscapedPath(), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20"), headers.String(), strings.Join(signed, ";"), r.Header.Get("X-Amz-Content-Sha256")}, "\n")
	hash := sha256.Sum256([]byte(canonical))
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", date, strings.Join(credential[1:], "/"), hex.EncodeToString(hash[:])}, "\n")
	key := []byte("AWS4" + secretKey)
	for _, part := range credential[1:] {
		key = mac(key, part)
	}
	if want := hex.EncodeToString(mac(key, toSign)); want != parts["Signature"] {
		return "signature of\n" + canonical
	}
	return ""
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}
