// Command xiaoguan is the whole product: server, demo, headless calculation and upkeep. See `xiaoguan --help`.
//
// It only hands the world to package cli: arguments, streams, signals.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"xiaoguan/internal/cli"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.Streams{Stdout: os.Stdout, Stderr: os.Stderr}, version)
	stop()
	os.Exit(code)
}
