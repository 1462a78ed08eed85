// Command bench measures the product on this machine and prints a table: medians, ratios, and what machine it was.
//
// The workload is W1, one month of a company: folders of CSV files are generated (seeded, so the same every time), `xiaoguan calc` and
// any peers read them from scratch and write the payouts, in turn so that drift of the machine hits all alike. Every engine must pay
// the same to the fen, or the run fails.
//
// Before, it measures how soon the server and the demonstration answer, and every page of the demonstration for each of its log-ins. For
// each size but L it also takes W1 through the product, import to close, whose pay file must pay the same as well, and then opens every
// kind of page as each role. A page that does not open fails the run; that it is slow never does.
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
	only := flags.String("only", "", "\"retro\" measures the recomputation of closed months alone, after the starts")
	seed := flags.Uint64("seed", 1, "seed of the generated company")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "xiaoguan-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	engines, err := prepare(ctx, folder, os.Getenv("XIAOGUAN_W1_PEERS"))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, machine())
	if err := starts(ctx, out, engines[len(engines)-1].command[0], folder); err != nil {
		return err
	}
	if *only == "retro" {
		return retros(ctx, out, os.Getenv("XIAOGUAN_BENCH_DATABASE"))
	}
	if err := pages(ctx, out, "of the demonstration"); err != nil {
		return err
	}
	if err := retros(ctx, out, os.Getenv("XIAOGUAN_BENCH_DATABASE")); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nW1: one month from CSV files to payouts.csv, whole process; median of", *runs, "runs in turn.")
	for _, size := range strings.Split(*sizes, ",") {
		shape, known := shapes[size]
		if !known {
			return fmt.Errorf("-sizes %s: small, M, L", size)
		}
		data := filepath.Join(folder, size)
		if err := generate(data, shape, *seed); err != nil {
			return err
		}
		results, err := measure(ctx, engines, data, *runs)
		if err != nil {
			return err
		}
		table(out, size, shape, engines, results)
		if size == "L" {
			err = grow(ctx, out, engines[len(engines)-1], folder, data, *seed, *runs)
		} else {
			err = product(ctx, out, size, data, os.Getenv("XIAOGUAN_BENCH_DATABASE"))
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
func grow(ctx context.Context, out io.Writer, calc engine, folder, large string, seed uint64, runs int) error {
	medium := filepath.Join(folder, "beside")
	if err := generate(medium, shapes["M"], seed); err != nil {
		return err
	}
	if err := scaling(ctx, out, calc, medium, large, runs); err != nil {
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
	case len(arguments) == 1 && arguments[0] == pagesMode:
		measured, err = walkDemo(ctx)
	case len(arguments) == 3 && arguments[0] == pagesMode:
		measured, err = walkPages(ctx, arguments[1], arguments[2])
	default:
		return false, nil
	}
	if err != nil {
		return true, err
	}
	return true, json.NewEncoder(out).Encode(measured)
}
