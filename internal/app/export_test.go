package app

import "xiaoguan/internal/httpx"

// Patterns returns the patterns of all pages, for the test that walks them.
func (a *App) Patterns() []string {
	all := []string{"GET /{$}", "POST /preferences", "POST /imports"} // registered by Handler itself
	for _, pages := range a.areas() {
		pages.Routes(func(pattern string, _ httpx.HandlerFunc) { all = append(all, pattern) })
	}
	return all
}
