// Package crashtest kills the product again and again in the middle of its work and checks that nothing is lost, doubled or half-visible.
//
// The test starts itself as a node: a process that imports facts, calculates, publishes, approves and closes months with a real
// worker, and says after every commit what it has done; or as the program itself, which serves people who hand in imports, or imports by
// the command line. The test kills it as kill -9 does, at random moments, and then compares the
// database with what was said. XIAOGUAN_CRASH_KILLS sets how often (50 by default, 5 with -short), XIAOGUAN_CRASH_SEED the seed. What it
// cannot show is what a failing disk or a failing machine does; see store about synchronous writing.
package crashtest
