package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"xiaoguan/internal/app"
)

// attachmentsCommand is about where contents of files lie.
type attachmentsCommand struct {
	Move   moveAttachments   `cmd:"" help:"Bring all files into the object storage, or back into the database. May be stopped and started again; the program may serve meanwhile."`
	Verify verifyAttachments `cmd:"" help:"Read every file and hold it against its digest."`
}

type moveAttachments struct {
	database
	To string `help:"objects or database." enum:"objects,database" required:""`
}

// movedEvery is after how many files the way is told.
const movedEvery = 100

// Run moves contents.
func (c *moveAttachments) Run(env *environment) (err error) {
	a, err := c.open(env, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	ctx, stop := signal.NotifyContext(env.Context, os.Interrupt, syscall.SIGTERM)
	defer stop()
	moved, err := a.Attachments.Move(ctx, c.To == "objects", func(moved int) {
		if moved%movedEvery == 0 {
			fmt.Fprintln(env.Stdout, env.print.T("cli.attachments_moving", "Count", moved))
		}
	})
	fmt.Fprintln(env.Stdout, env.print.T("cli.attachments_moved", "Count", moved))
	if err != nil {
		return err
	}
	_, err = a.Attachments.Sweep(ctx)
	return err
}

type verifyAttachments struct{ database }

// Run reads all contents and names those that are not what they were.
func (c *verifyAttachments) Run(env *environment) (err error) {
	a, err := c.open(env, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	found, err := a.Attachments.Verify(context.WithoutCancel(env.Context))
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stdout, env.print.T("cli.attachments_verified", "Count", found.Contents))
	if len(found.Broken) == 0 {
		return nil
	}
	for _, digest := range found.Broken {
		fmt.Fprintln(env.Stderr, env.print.T("cli.broken", "Record", "attachment_content:"+digest))
	}
	fmt.Fprintln(env.Stderr, found.Why)
	return exit{ExitInput}
}
