// Package browsertest walks through the running program in a real browser, as a newcomer would: from the first start to a seller's
// statement, in both languages, with everything that is refused on the way.
//
// It has tests only. One browser serves the test process; every test has an installation of its own (app.App on a temporary folder,
// worker running) and a tab with cookies of its own for each person. Every page that a test looks at is held to the rules in check.js
// and to axe-core; anything on the browser's console, any violation of the content policy and any error in the program's log fails.
//
// Set XIAOGUAN_SCREENSHOTS to a folder to keep pictures of every page: wide and narrow, light and dark. Without Chromium the tests are
// skipped, but where CI=true its absence is a failure.
package browsertest
