package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// theBrowser is the one browser of the process, started by the first test that needs it.
var theBrowser = sync.OnceValues(startBrowser)

// closeBrowser ends it.
var closeBrowser = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	closeBrowser()
	if err := removeDemo(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// engine is a running browser.
type engine struct {
	ctx   context.Context // tabs are its children
	agent string          // what it calls itself
}

func startBrowser() (e engine, err error) {
	path, err := browserPath()
	if err != nil {
		return engine{}, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true), chromedp.Flag("no-pings", true),
		chromedp.Flag("disable-back-forward-cache", true), chromedp.Flag("lang", "zh-CN"), chromedp.Flag("font-render-hinting", "none"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	closeBrowser = func() { cancel(); stop() }
	if err := chromedp.Do(ctx); err != nil {
		return engine{}, fmt.Errorf("start %s: %w", path, err)
	}
	version, err := chromedp.CallBrowser(ctx, browser.GetVersion, struct{}{})
	if err != nil {
		return engine{}, err
	}
	return engine{ctx, version.UserAgent}, nil
}

func browserPath() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

// needBrowser returns the browser. Without Chromium the test is skipped at a desk and fails where CI=true.
func needBrowser(t *testing.T) engine {
	t.Helper()
	if _, err := browserPath(); err != nil && os.Getenv("CI") != "true" {
		t.Skip("no Chromium is installed")
	}
	e, err := theBrowser()
	if err != nil {
		t.Fatal(err)
	}
	return e
}
