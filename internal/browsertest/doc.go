// Package browsertest walks through the running program in a real browser, as a newcomer would: from the first start to a seller's
// statement, in both languages, with everything that is refused on the way.
//
// It has tests only. One browser serves the test process; every test has an installation of its own (app.App on a temporary folder,
// worker running; the demonstration company is made up once and copied) and a tab with cookies of its own for each person. Every page that
// a test looks at is held to the rules in check.js and to axe-core; anything on the browser's console, any violation of the content policy
// and any error in the program's log fails.
//
// What is looked at where: TestEveryPage/opens follows, for every log-in of the demonstration and without a browser, every kind of link that
// it is shown. Each page must come in time and sound (sound_test.go has what of check.js needs no script), in the language asked for, and
// no link may end at a refusal. TestEveryPage/looks opens every kind of page once in the browser: closely in one language (wide and light
// with all of axe-core, then on a phone in the dark for width, size of what is touched, and contrast), in the other on a phone in the dark
// without axe-core. The rest walk through what people do.
//
// Set XIAOGUAN_SCREENSHOTS to a folder to keep pictures of every page: wide and narrow, light and dark. Without Chromium the tests are
// skipped, but where CI=true its absence is a failure.
package browsertest
