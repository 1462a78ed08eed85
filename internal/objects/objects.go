// Package objects keeps contents of files in an object storage that speaks S3: MinIO, Aliyun OSS, Tencent COS, AWS and others.
//
// It implements attachment.Objects. Objects are written whole or not at all: the server gets length and MD5 with each, so that half an upload is
// none. What it is handed in one place it answers in that place: nothing is listed, nothing is public, no address of an object leaves the program.
// Keys and secrets come from the environment and stand in no address, log or error. It knows nothing of files, rights or digests.
package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

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

// patience is how long one object may take; tries how often it is tried within that.
const (
	patience = 2 * time.Minute
	tries    = 4
)

// Storage implements attachment.Objects.
type Storage struct {
	client *minio.Client
	config Config
}

// New returns a Storage. Nothing is asked of the server yet. A nil transport is one with limits of its own.
func New(c Config, transport http.RoundTripper) (*Storage, error) {
	if transport == nil {
		dialer := &net.Dialer{Timeout: 10 * time.Second}
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: time.Minute, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute}
	}
	look := minio.BucketLookupDNS
	if c.Path {
		look = minio.BucketLookupPath
	}
	client, err := minio.New(c.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(c.Key, c.Secret, ""), Secure: c.Secure, Region: c.Region, BucketLookup: look, Transport: transport, MaxRetries: tries})
	if err != nil {
		return nil, fmt.Errorf("object storage: %w", err)
	}
	client.SetAppInfo("xiaoguan", "1")
	return &Storage{client, c}, nil
}

// String names the place for people and logs.
func (s *Storage) String() string { return "s3://" + s.config.Bucket + "/" + s.config.Prefix }

// Put implements attachment.Objects.
func (s *Storage) Put(ctx context.Context, key string, content []byte) (err error) {
	defer errs.Wrap(&err, "objects.Put(%s)", key)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	info, err := s.client.PutObject(ctx, s.config.Bucket, s.config.Prefix+key, bytes.NewReader(content), int64(len(content)), minio.PutObjectOptions{ContentType: "application/octet-stream", SendContentMd5: true, DisableMultipart: true})
	if err == nil && info.Size != int64(len(content)) {
		err = errors.New("the server kept another length")
	}
	return said(err)
}

// Get implements attachment.Objects.
func (s *Storage) Get(ctx context.Context, key string, bytesMax int64) (content []byte, err error) {
	defer errs.Wrap(&err, "objects.Get(%s)", key)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	object, err := s.client.GetObject(ctx, s.config.Bucket, s.config.Prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, said(err)
	}
	defer func() { _ = object.Close() }()
	if content, err = io.ReadAll(io.LimitReader(object, bytesMax+1)); err != nil {
		return nil, said(err)
	}
	if int64(len(content)) > bytesMax {
		return nil, errs.New(errs.KindUnavailable, "attachment.damaged", nil)
	}
	return content, nil
}

// Delete implements attachment.Objects.
func (s *Storage) Delete(ctx context.Context, key string) (err error) {
	defer errs.Wrap(&err, "objects.Delete(%s)", key)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = said(s.client.RemoveObject(ctx, s.config.Bucket, s.config.Prefix+key, minio.RemoveObjectOptions{}))
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	return err
}

// said makes an error of the house of what the storage said. Its cause, for the log, holds what the server answered and no secret.
func said(err error) error {
	if err == nil {
		return nil
	}
	answer := minio.ToErrorResponse(err)
	if answer.Code == minio.NoSuchKey || answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket {
		return errs.New(errs.KindNotFound, "attachment.gone", nil).Because(err)
	}
	return errs.New(errs.KindUnavailable, "attachment.storage_down", nil).Because(err)
}
