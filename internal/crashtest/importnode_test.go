package crashtest

import (
	"context"
	"log/slog"
	"net"
	"os"

	"xiaoguan/internal/app"
	"xiaoguan/internal/cli"
)

// The variables that make this test binary the program itself: what it shall do, its data folder, and what it shall import.
const (
	nodeDo     = "XIAOGUAN_CRASH_NODE_DO"
	nodeDir    = "XIAOGUAN_CRASH_NODE_DIR"
	nodeFolder = "XIAOGUAN_CRASH_NODE_FOLDER"
)

// The things that it can do.
const (
	doServe  = "serve"
	doImport = "import"
)

// runProgram serves, or imports a folder as the command line does, and returns the exit code if nobody kills it before.
func runProgram(ctx context.Context, do string) int {
	url, dir := os.Getenv(nodeURL), os.Getenv(nodeDir)
	if do == doImport {
		say("ready")
		return cli.Run(ctx, []string{"import", "--data", dir, "--database", url, os.Getenv(nodeFolder)}, cli.Streams{Stdout: os.Stderr, Stderr: os.Stderr}, "test")
	}
	if err := serveNode(ctx, url, dir); err != nil {
		say("error %v", err)
		return 1
	}
	return 0
}

func serveNode(ctx context.Context, url, dir string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	a, err := app.New(ctx, app.Options{DatabaseURL: url, Dir: dir, Log: log})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	say("address %s", listener.Addr())
	return a.Serve(ctx, listener)
}
