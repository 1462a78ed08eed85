// Package objects keeps contents of files in an object storage that speaks S3: MinIO, Aliyun OSS, Tencent COS, AWS and others.
//
// It implements attachment.Objects. Objects are written whole or not at all: the server gets length and MD5 with each, so that half an upload is
// none. What it is handed in one place it answers in that place: nothing is listed, nothing is public, no address of an object leaves the program.
// Keys and secrets come from the environment and stand in no address, log or error. It knows nothing of files, rights or digests.
package objects

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // what the protocol asks for
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"xiaoguan/internal/errs"
)

// Config says where objects lie.
type Config struct {
	Endpoint string // host, perhaps with a port
	Secure   bool   // by https
	Region   string
	Bucket   string
	Prefix   string // of all keys; empty or ending with a slash
	Path     bool   // the bucket stands in the path and not in the host's name, as old or own servers want it
	Key      string
	Secret   string
}

var bucketShape = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Parse reads a place such as s3://bucket/prefix?endpoint=https://oss-cn-hangzhou.aliyuncs.com&region=oss-cn-hangzhou&style=host. Key and secret come
// apart from it, so that they are in no list of processes. An error repeats nothing that was given: somebody may have put a secret there.
func Parse(place, key, secret string) (c Config, err error) {
	wrong := func(what string) (Config, error) { return Config{}, fmt.Errorf("object storage: %s", what) }
	u, err := url.Parse(place)
	if err != nil || u.Scheme != "s3" || u.User != nil || u.Fragment != "" {
		return wrong("want s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION, without key and secret")
	}
	query := u.Query()
	for name := range query {
		if name != "endpoint" && name != "region" && name != "style" {
			return wrong("the address may have endpoint, region and style, and nothing else")
		}
	}
	endpoint, err := url.Parse(query.Get("endpoint"))
	if err != nil || endpoint.Scheme != "https" && endpoint.Scheme != "http" || endpoint.Host == "" || strings.Trim(endpoint.Path, "/") != "" || endpoint.RawQuery != "" || endpoint.User != nil {
		return wrong("endpoint must be https://HOST, or http://HOST inside a private network")
	}
	c = Config{Endpoint: endpoint.Host, Secure: endpoint.Scheme == "https", Region: query.Get("region"), Bucket: u.Host, Prefix: strings.Trim(u.Path, "/"), Path: query.Get("style") == "path", Key: key, Secret: secret}
	if c.Prefix != "" {
		c.Prefix += "/"
	}
	switch {
	case !bucketShape.MatchString(c.Bucket):
		return wrong("the bucket's name is none")
	case query.Get("style") != "" && query.Get("style") != "path" && query.Get("style") != "host":
		return wrong("style is path or host")
	case key == "" || secret == "":
		return wrong("XIAOGUAN_STORAGE_KEY and XIAOGUAN_STORAGE_SECRET are missing")
	}
	if c.Region == "" {
		c.Region = "us-east-1" // what servers of one's own answer to
	}
	return c, nil
}

// patience is how long one object may take, tries how often it is tried within that, and pause how long after the first failure; it doubles.
const (
	patience = 2 * time.Minute
	tries    = 4
	pause    = 200 * time.Millisecond
)

// Storage implements attachment.Objects.
type Storage struct {
	client *http.Client
	config Config
	now    func() time.Time
}

// New returns a Storage. Nothing is asked of the server yet. A nil transport is one with limits of its own; now is the clock that signatures bear.
func New(c Config, transport http.RoundTripper, now func() time.Time) *Storage {
	if transport == nil {
		dialer := &net.Dialer{Timeout: 10 * time.Second}
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: time.Minute, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute}
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a signature is for one address
	return &Storage{&http.Client{Transport: transport, CheckRedirect: stay}, c, now}
}

// String names the place for people and logs.
func (s *Storage) String() string { return "s3://" + s.config.Bucket + "/" + s.config.Prefix }

// Put implements attachment.Objects.
func (s *Storage) Put(ctx context.Context, key string, content []byte) (err error) {
	defer errs.Wrap(&err, "objects.Put(%s)", key)
	_, err = s.ask(ctx, http.MethodPut, key, content, 0)
	return err
}

// Get implements attachment.Objects.
func (s *Storage) Get(ctx context.Context, key string, bytesMax int64) (content []byte, err error) {
	defer errs.Wrap(&err, "objects.Get(%s)", key)
	if content, err = s.ask(ctx, http.MethodGet, key, nil, bytesMax+1); err == nil && int64(len(content)) > bytesMax {
		return nil, errs.New(errs.KindUnavailable, "attachment.damaged", nil)
	}
	return content, err
}

// Delete implements attachment.Objects.
func (s *Storage) Delete(ctx context.Context, key string) (err error) {
	defer errs.Wrap(&err, "objects.Delete(%s)", key)
	if _, err = s.ask(ctx, http.MethodDelete, key, nil, 0); errs.Is(err, errs.KindNotFound) {
		return nil
	}
	return err
}

// ask makes a request, again after a while when the line broke or the server was busy.
func (s *Storage) ask(ctx context.Context, method, key string, body []byte, bytesMax int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	wait := pause
	for try := 1; ; try++ {
		answer, again, err := s.once(ctx, method, key, body, bytesMax)
		if err == nil || !again || try == tries {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(wait):
			wait *= 2
		}
	}
}

// once makes one request; again says that it may be repeated. Each of our requests may: a key is written once and with one content.
func (s *Storage) once(ctx context.Context, method, key string, body []byte, bytesMax int64) (content []byte, again bool, err error) {
	down := func(cause error) error {
		return errs.New(errs.KindUnavailable, "attachment.storage_down", nil).Because(cause)
	}
	request, err := http.NewRequestWithContext(ctx, method, s.address(key), bytes.NewReader(body))
	if err != nil {
		return nil, false, down(err)
	}
	if method == http.MethodPut {
		sum := md5.Sum(body) //nolint:gosec // what the protocol asks for
		request.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
		request.Header.Set("Content-Type", "application/octet-stream")
	}
	s.sign(request, body)
	response, err := s.client.Do(request)
	if err != nil {
		return nil, ctx.Err() == nil, down(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= 200 && response.StatusCode <= 299 {
		if content, err = io.ReadAll(io.LimitReader(response.Body, bytesMax)); err != nil {
			return nil, ctx.Err() == nil, down(err)
		}
		return content, false, nil
	}
	var said struct {
		Code string `xml:"Code"`
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 16<<10)) // what it says besides the status, if anything
	_ = xml.Unmarshal(text, &said)
	cause := fmt.Errorf("the storage answered %d %.60q", response.StatusCode, said.Code)
	if response.StatusCode == http.StatusNotFound && said.Code != "NoSuchBucket" {
		return nil, false, errs.New(errs.KindNotFound, "attachment.gone", nil).Because(cause)
	}
	return nil, response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests, down(cause)
}
