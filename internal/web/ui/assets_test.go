package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestAssetsAreImmutableAndCompressed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"app.css", "app.js", "charts.js", "echarts.js", "icons.svg", "favicon.svg"} {
		address := AssetURL(name)
		r := httptest.NewRequest("GET", address, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, r)
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", address, w.Code, w.Header())
			continue
		}
		unzipped, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if content, err := io.ReadAll(unzipped); err != nil || !bytes.Equal(content, assets().byName[name].plain) {
			t.Errorf("%s: other content, %v", name, err)
		}
		plain := httptest.NewRecorder()
		Assets().ServeHTTP(plain, httptest.NewRequest("GET", address, nil))
		if !bytes.Equal(plain.Body.Bytes(), assets().byName[name].plain) {
			t.Errorf("%s: plain answer differs", name)
		}
	}
	for _, address := range []string{"/static/app.css", "/static/", "/static/../assets.go", AssetURL("no.such")} {
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, httptest.NewRequest("GET", address, nil))
		if w.Code != 404 {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

// TestBudgets holds the sizes that people on phones pay for, in bytes after gzip.
func TestBudgets(t *testing.T) {
	t.Parallel()
	for name, budget := range map[string]int{"app.js": 30 << 10, "app.css": 35 << 10, "echarts.js": 220 << 10, "charts.js": 8 << 10, "icons.svg": 10 << 10} {
		if size := len(assets().byName[name].gzipped()); size > budget {
			t.Errorf("%s: %d bytes, at most %d", name, size, budget)
		}
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, galleries(t)["zh-CN"].source)
	_ = w.Close()
	if b.Len() > 12<<10 {
		t.Errorf("the gallery has %d bytes, a page at most %d", b.Len(), 12<<10)
	}
}

// TestVendoredFilesAreUntouched compares them with the lock that tools/vendor wrote.
func TestVendoredFilesAreUntouched(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile("../../../tools/vendor/vendor.lock")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(lock)) {
		fields := strings.Fields(line)
		if fields[0] != ">" {
			continue
		}
		seen++
		content, err := os.ReadFile("static/vendor/" + fields[1])
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != fields[2] {
			t.Errorf("%s is not what the lock says; run make -C tools/vendor", fields[1])
		}
	}
	if seen != 5 {
		t.Errorf("%d files in the lock, want 5", seen)
	}
}

var (
	declaration = regexp.MustCompile(`(--xg-[\w-]+):([^;]+);`)
	darkBlock   = regexp.MustCompile(`(?s)\n\[data-bs-theme=dark\]\{(.*?)\n\}`)
	autoBlock   = regexp.MustCompile(`(?s)\[data-bs-theme=auto\]\{(.*?)\n\}\}`)
	lightBlock  = regexp.MustCompile(`(?s):root,\[data-bs-theme=light\]\{(.*?)\n\}`)
)

func block(t *testing.T, pattern *regexp.Regexp) map[string]string {
	t.Helper()
	sheet, err := staticFiles.ReadFile("static/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	found := pattern.FindSubmatch(sheet)
	if found == nil {
		t.Fatalf("no block %s", pattern)
	}
	values := map[string]string{}
	for _, match := range declaration.FindAllStringSubmatch(string(found[1]), -1) {
		values[match[1]] = match[2]
	}
	return values
}

func TestDarkIsDarkByChoiceAndByDevice(t *testing.T) {
	t.Parallel()
	light, dark, auto := block(t, lightBlock), block(t, darkBlock), block(t, autoBlock)
	for name, value := range dark {
		if auto[name] != value {
			t.Errorf("%s: %s by choice, %s by device", name, value, auto[name])
		}
	}
	for name := range light {
		if dark[name] == "" {
			t.Errorf("%s has no dark value", name)
		}
	}
	if len(dark) != len(auto) || len(dark) < 30 {
		t.Errorf("%d values by choice, %d by device", len(dark), len(auto))
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	for theme, pattern := range map[string]*regexp.Regexp{"light": lightBlock, "dark": darkBlock} {
		values := block(t, pattern)
		check := func(front, back string, least float64) {
			if got := contrast(t, values["--xg-"+front], values["--xg-"+back]); got < least {
				t.Errorf("%s: %s on %s has %.2f : 1, at least %.1f", theme, front, back, got, least)
			}
		}
		for _, front := range []string{"ink", "ink-2", "ink-3", "brand", "good", "warn", "bad", "hold", "gold"} {
			for _, back := range []string{"surface", "canvas", "sunken"} {
				check(front, back, 4.5)
			}
		}
		for _, tone := range []string{"brand", "good", "warn", "bad", "hold", "gold"} {
			check(tone, tone+"-t", 4.5)
			check("ink", tone+"-t", 4.5)
		}
		check("on-brand", "brand", 4.5)
		check("ink-2", "band", 4.5)
		for _, fill := range []string{"field", "good-f", "warn-f", "bad-f"} {
			check(fill, "surface", 3)
		}
	}
}

// contrast is the ratio of WCAG 2 between two hex colours.
func contrast(t *testing.T, front, back string) float64 {
	t.Helper()
	a, b := luminance(t, front), luminance(t, back)
	return (max(a, b) + .05) / (min(a, b) + .05)
}

func luminance(t *testing.T, hexColour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(hexColour, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		t.Fatalf("colour %q: %v", hexColour, err)
	}
	linear := func(channel uint64) float64 {
		c := float64(channel&255) / 255
		if c <= .03928 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*linear(n>>16) + .7152*linear(n>>8) + .0722*linear(n)
}
