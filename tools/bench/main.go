// Command bench measures the product on this machine and prints a table: medians, ratios, and what machine it was.
//
// The workload is W1, one month of a company: folders of CSV files are generated (seeded, so the same every time), `xiaoguan calc` and
// any peers read them from scratch and write the payouts, in turn so that drift of the machine hits all alike. Every engine must pay
// the same to the fen, or the run fails.
//
// Before, it measures how soon the server and the demonstration answer, every page of the demonstration for each of its log-ins, what its
// sellers ask (what a deal earns, what would earn more), the recomputation of twelve closed months of a thousand payees, and what a changed
// plan does to a thousand payees over two years, and the pages of a company of a million customers. For each size but L it also takes W1 through the product, import to close, whose pay file
// must pay the same as well, and then opens every kind of page as each role. A page that does not open fails the run; that it is slow
// never does.
//
// Peers are other programs for the same workload. They are named by the environment variable XIAOGUAN_W1_PEERS, separated by
// semicolons, each `name=command arguments` with {D} for the data folder, {O} for the result file; the first is what ratios refer to.
// Nothing is written but to a temporary folder, which is removed.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, out io.Writer) (err error) {
	if done, err := runChild(ctx, arguments, out); done {
		return err
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("sizes", "small,M", "W1 sizes, of small, M and L, separated by commas")
	runs := flags.Int("runs", 5, "runs of each engine and size")
	only := flags.String("only", "", "one of starts, demo (the demonstration), retro (closed months recomputed), replay (a plan change over two years), numbers (boards and the monthly report over two years), pipeline (a million customers), w1: that alone")
	customers := flags.Int("customers", pipelineCustomers, "customers of the company whose sales process is measured")
	sellers := flags.Int("sellers", numbersSellers, "sellers of the company whose boards and monthly report are measured")
	payments := flags.Int("payments", numbersPayments, "payments of the company whose boards are measured, in two years")
	data := flags.String("data", "", "a folder in which the company of -customers stays, to be measured again; empty for one that is thrown away")
	steps := flags.String("do", "fill,count,judge,again,pages,boards,report", "what of that company: fill it, judge all cases from nothing, judge them again, open all pages; of -only numbers fill it, count it, open the boards, compute the monthly report")
	how := askedUsually
	flags.IntVar(&how.Times, "times", how.Times, "how often each page is asked for")
	flags.IntVar(&how.Slowest, "slowest", how.Slowest, "how many of the slowest pages are named for each role")
	flags.StringVar(&how.Paths, "paths", "", "pages that are opened, separated by spaces; empty for all")
	flags.StringVar(&how.Without, "without", "", "beginnings of addresses that are not opened, separated by spaces")
	flags.BoolVar(&how.Processor, "processor", false, "measure time of processors for pages, not time that goes by")
	flags.StringVar(&how.Profile, "profile", "", "a file for what the processors did while pages were opened, to be read with go tool pprof")
	flags.StringVar(&how.Roles, "roles", "", "log-ins whose pages are opened, separated by commas; empty for all")
	seed := flags.Uint64("seed", 1, "seed of the generated company")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "xiaoguan-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var engines []engine
	if slices.Contains([]string{"", "starts", "w1"}, *only) {
		if engines, err = prepare(ctx, folder, os.Getenv("XIAOGUAN_W1_PEERS")); err != nil {
			return err
		}
	}
	fmt.Fprintln(out, machine())
	databaseURL := os.Getenv("XIAOGUAN_BENCH_DATABASE")
	known := false
	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{"starts", func() error { return starts(ctx, out, engines[len(engines)-1].command[0], folder) }},
		{"demo", func() error { return pages(ctx, out, "of the demonstration", how) }},
		{"retro", func() error { return retros(ctx, out, databaseURL) }},
		{"replay", func() error { return replays(ctx, out, databaseURL) }},
		{"numbers", func() error {
			return numbersOf(ctx, out, kept{databaseURL, *data, 0, *steps, how}, *sellers, *payments)
		}},
		{"pipeline", func() error { return pipelines(ctx, out, kept{databaseURL, *data, *customers, *steps, how}) }},
		{"w1", func() error { return w1(ctx, out, engines, workload{folder, databaseURL, *sizes, *runs, *seed}) }},
	} {
		if *only != "" && *only != part.name {
			continue
		}
		known = true
		if err := part.measure(); err != nil {
			return err
		}
	}
	if !known {
		return fmt.Errorf("-only %s: starts, demo, retro, replay, numbers, pipeline, w1", *only)
	}
	return nil
}

// workload is what of W1 is measured, and where.
type workload struct {
	folder, databaseURL, sizes string
	runs                       int
	seed                       uint64
}

// w1 measures the engines, and the product with all but the largest size.
func w1(ctx context.Context, out io.Writer, engines []engine, w workload) error {
	fmt.Fprintln(out, "\nW1: one month from CSV files to payouts.csv, whole process; median of", w.runs, "runs in turn.")
	for _, size := range strings.Split(w.sizes, ",") {
		shape, known := shapes[size]
		if !known {
			return fmt.Errorf("-sizes %s: small, M, L", size)
		}
		data := filepath.Join(w.folder, size)
		if err := generate(data, shape, w.seed); err != nil {
			return err
		}
		results, err := measure(ctx, engines, data, w.runs)
		if err != nil {
			return err
		}
		table(out, size, shape, engines, results)
		if size == "L" {
			err = grow(ctx, out, engines[len(engines)-1], data, w)
		} else {
			err = product(ctx, out, size, data, w.databaseURL)
		}
		if err != nil {
			return err
		}
		if err := os.RemoveAll(data); err != nil {
			return err
		}
	}
	return nil
}

// grow compares the product's calc on the folder large with a folder of size M, made and removed here.
func grow(ctx context.Context, out io.Writer, calc engine, large string, w workload) error {
	medium := filepath.Join(w.folder, "beside")
	if err := generate(medium, shapes["M"], w.seed); err != nil {
		return err
	}
	if err := scaling(ctx, out, calc, medium, large, w.runs); err != nil {
		return err
	}
	return os.RemoveAll(medium)
}

// runChild does one measurement when the arguments ask for one; its result is printed as JSON.
func runChild(ctx context.Context, arguments []string, out io.Writer) (done bool, err error) {
	var measured any
	switch {
	case len(arguments) == 4 && arguments[0] == productMode:
		measured, err = walkProduct(ctx, arguments[1], arguments[2], arguments[3])
	case len(arguments) == 3 && arguments[0] == retroMode:
		measured, err = walkRetro(ctx, arguments[1], arguments[2])
	case len(arguments) == 3 && arguments[0] == replayMode:
		measured, err = walkReplay(ctx, arguments[1], arguments[2])
	case len(arguments) == 5 && arguments[0] == pipelineMode:
		count, invalid := strconv.Atoi(arguments[3])
		if invalid != nil {
			return true, invalid
		}
		measured, err = walkPipeline(ctx, kept{databaseURL: arguments[2], dir: arguments[1], customers: count, steps: arguments[4]})
	case len(arguments) == 7 && arguments[0] == numbersMode:
		var of [3]int
		for i, text := range []string{arguments[3], arguments[4], arguments[6]} {
			if of[i], err = strconv.Atoi(text); err != nil {
				return true, err
			}
		}
		measured, err = walkNumbers(ctx, arguments[1], arguments[2], of[0], of[1], arguments[5], of[2])
	case len(arguments) > 1 && arguments[0] == pagesMode:
		var how asking
		if err := json.Unmarshal([]byte(arguments[1]), &how); err != nil {
			return true, err
		}
		if len(arguments) == 4 {
			measured, err = walkPages(ctx, how, arguments[2], arguments[3])
		} else {
			measured, err = walkDemo(ctx, how)
		}
	default:
		return false, nil
	}
	if err != nil {
		return true, err
	}
	return true, json.NewEncoder(out).Encode(measured)
}
