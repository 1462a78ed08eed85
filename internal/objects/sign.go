package objects

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
)

// address is where an object lies: the bucket in the host's name, or in the path.
func (s *Storage) address(key string) string {
	scheme, host, path := "https://", s.config.Bucket+"."+s.config.Endpoint, "/"
	if !s.config.Secure {
		scheme = "http://"
	}
	if s.config.Path {
		host, path = s.config.Endpoint, "/"+s.config.Bucket+"/"
	}
	return scheme + host + path + escaped(s.config.Prefix+key)
}

// escaped writes a key for a path as signatures want it: every byte but unreserved ones and slashes.
func escaped(key string) string {
	const hexDigits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(key) {
		c := key[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/", c) >= 0 {
			out.WriteByte(c)
		} else {
			out.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	return out.String()
}

// sign signs a request without a query by AWS Signature Version 4, in its head, with the hash of its body
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
func (s *Storage) sign(r *http.Request, body []byte) {
	at := s.now().UTC().Format("20060102T150405Z")
	hash := sha256.Sum256(body)
	r.Header.Set("X-Amz-Date", at)
	r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(hash[:]))
	values := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		values[strings.ToLower(name)] = strings.TrimSpace(r.Header.Get(name))
	}
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var head strings.Builder
	for _, name := range names {
		head.WriteString(name + ":" + values[name] + "\n")
	}
	signed := strings.Join(names, ";")
	canonical := sha256.Sum256([]byte(strings.Join([]string{r.Method, r.URL.EscapedPath(), "", head.String(), signed, hex.EncodeToString(hash[:])}, "\n")))
	scope := at[:8] + "/" + s.config.Region + "/s3/aws4_request"
	key := []byte("AWS4" + s.config.Secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = mac(key, part)
	}
	signature := mac(key, "AWS4-HMAC-SHA256\n"+at+"\n"+scope+"\n"+hex.EncodeToString(canonical[:]))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+s.config.Key+"/"+scope+", SignedHeaders="+signed+", Signature="+hex.EncodeToString(signature))
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}
