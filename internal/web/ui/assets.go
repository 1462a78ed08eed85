package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

// assetPrefix is where Assets is mounted.
const assetPrefix = "/static/"

// bundles are the files that are served as one. Order matters: our rules come after Tabler's.
var bundles = map[string][]string{
	"app.css": {"vendor/tabler.css", "css/tokens.css", "css/base.css", "css/frame.css", "css/table.css", "css/parts.css", "css/why.css", "css/flow.css", "css/processmap.css", "css/fit.css", "css/document.css", "css/calendar.css", "css/form.css", "css/board.css", "css/report.css", "css/phone.css", "css/print.css"},
	"app.js":  {"vendor/htmx.js", "js/xg.js", "js/answer.js", "js/place.js"},
}

type asset struct {
	name    string // as asked for: "app.css"
	url     string // with the hash of the content
	kind    string
	plain   []byte
	gzipped func() []byte
}

type assetSet struct {
	byName map[string]*asset
	byURL  map[string]*asset
}

// assets is derived from the embedded files once; it never changes.
var assets = sync.OnceValue(loadAssets)

// loadAssets panics when an embedded file is missing, which a test finds.
func loadAssets() *assetSet {
	set := &assetSet{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	bundled := map[string]bool{}
	for name, parts := range bundles {
		var content []byte
		for _, part := range parts {
			b, err := staticFiles.ReadFile("static/" + part)
			if err != nil {
				panic(fmt.Sprintf("ui: asset %s: %v", name, err))
			}
			content, bundled[part] = append(append(content, b...), '\n'), true
		}
		set.add(name, content)
	}
	walk := func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := strings.TrimPrefix(file, "static/")
		if bundled[name] || strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".txt") {
			return nil
		}
		b, err := staticFiles.ReadFile(file)
		if err == nil {
			set.add(path.Base(name), b)
		}
		return err
	}
	if err := fs.WalkDir(staticFiles, "static", walk); err != nil {
		panic(fmt.Sprintf("ui: assets: %v", err))
	}
	return set
}

func (s *assetSet) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	extension := path.Ext(name)
	a := &asset{
		name: name, plain: content, kind: contentType(extension),
		url:     assetPrefix + strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:6]) + extension,
		gzipped: sync.OnceValue(func() []byte { return compress(content) }),
	}
	s.byName[name], s.byURL[a.url] = a, a
}

func contentType(extension string) string {
	switch extension {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return mime.TypeByExtension(extension)
}

func compress(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	// A bytes.Buffer takes every write.
	_, _ = w.Write(content)
	_ = w.Close()
	return b.Bytes()
}

// AssetURL returns the address of a static file by its name ("app.css", "charts.js"), with the hash of its content in it. An unknown
// name gives an address that answers 404, so that a mistake shows in the network log and breaks nothing else.
func AssetURL(name string) string {
	if a, ok := assets().byName[name]; ok {
		return a.url
	}
	return assetPrefix + name
}

// Assets serves the static files under /static/: compressed once and kept, cacheable for ever because the address changes with the
// content.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets().byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		header := w.Header()
		header.Set("Content-Type", a.kind)
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Add("Vary", "Accept-Encoding")
		body := a.plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			header.Set("Content-Encoding", "gzip")
			body = a.gzipped()
		}
		header.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			// A client that hung up is nobody's error.
			_, _ = w.Write(body)
		}
	})
}

// iconURL is the address of one icon in the sprite.
func iconURL(name string) string {
	if !iconNames()[name] {
		name = "square-rounded"
	}
	return AssetURL("icons.svg") + "#i-" + name
}

// iconNames are the icons in the sprite, read from its symbols.
var iconNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	if a, ok := assets().byName["icons.svg"]; ok {
		for _, symbol := range strings.Split(string(a.plain), `id="i-`)[1:] {
			name, _, _ := strings.Cut(symbol, `"`)
			names[name] = true
		}
	}
	return names
})
