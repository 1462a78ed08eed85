package httpx

import (
	"compress/gzip"
	"mime"
	"net/http"
	"strings"
	"sync"
)

// compressible are the dynamic answers worth compressing. Event streams are not among them: they must arrive at once.
var compressible = map[string]bool{
	"text/html": true, "text/plain": true, "text/csv": true, "application/json": true, "application/problem+json": true, "application/openapi+json": true,
}

// Gzip is middleware that compresses dynamic texts for clients that take it. Static files come compressed already and pass.
// Our pages hold no secret token beside text of the reader's choice, so compressing them under TLS leaks nothing.
func Gzip() Middleware {
	pool := &sync.Pool{New: func() any {
		w, err := gzip.NewWriterLevel(nil, 5)
		if err != nil {
			panic(err) // the level is a constant
		}
		return w
	}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Accept-Encoding")
			if r.Method == http.MethodHead || !acceptsGzip(r.Header.Get("Accept-Encoding")) {
				next.ServeHTTP(w, r)
				return
			}
			zipped := &gzipWriter{ResponseWriter: w, pool: pool}
			defer zipped.finish()
			next.ServeHTTP(zipped, r)
		})
	}
}

func acceptsGzip(header string) bool {
	for _, offer := range strings.Split(header, ",") {
		name, parameters, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if name != "gzip" && name != "*" {
			continue
		}
		quality := strings.ReplaceAll(strings.TrimSpace(parameters), " ", "")
		return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" && quality != "q=0.000"
	}
	return false
}

// gzipWriter decides when the header is written, because only then the kind of the answer is known.
type gzipWriter struct {
	http.ResponseWriter
	pool    *sync.Pool
	zip     *gzip.Writer // nil passes through
	started bool
}

func (w *gzipWriter) WriteHeader(status int) {
	if !w.started && status >= 200 {
		w.started = true
		header := w.Header()
		kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
		bodyless := status == http.StatusNoContent || status == http.StatusNotModified
		if compressible[kind] && header.Get("Content-Encoding") == "" && !bodyless {
			header.Del("Content-Length")
			header.Set("Content-Encoding", "gzip")
			w.zip = w.pool.Get().(*gzip.Writer)
			w.zip.Reset(w.ResponseWriter)
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *gzipWriter) Write(b []byte) (int, error) {
	if !w.started {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", http.DetectContentType(b))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.zip == nil {
		return w.ResponseWriter.Write(b)
	}
	return w.zip.Write(b)
}

// FlushError sends what is there, for http.ResponseController.
func (w *gzipWriter) FlushError() error {
	if w.zip != nil {
		if err := w.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *gzipWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *gzipWriter) finish() {
	if w.zip == nil {
		return
	}
	// The client is gone if the end can't be written; nobody is left to tell.
	_ = w.zip.Close()
	w.pool.Put(w.zip)
	w.zip = nil
}
