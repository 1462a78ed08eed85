package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/proof"
)

// verifyProof prints every check of a proof; one that fails makes the exit code ExitInput. It needs no database.
func verifyProof(env *environment, path, key string) error {
	f, err := os.Open(path)
	if err != nil {
		return errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": path}).Because(err)
	}
	defer func() { _ = f.Close() }() // only read
	packed, err := io.ReadAll(io.LimitReader(f, proof.PackedBytesMax+1))
	if err != nil {
		return errs.New(errs.KindInvalid, "cli.unreadable", errs.Args{"Path": path}).Because(err)
	}
	report, p := proof.Verify(packed), env.print
	for _, c := range report.Checks {
		if c.OK() {
			fmt.Fprintln(env.Stdout, "✓", p.T("proof.check_"+string(c.ID)))
		} else {
			fmt.Fprintln(env.Stdout, "✗", p.T("proof.check_"+string(c.ID))+p.T("cli.proof_fault", "Fault", p.Message(c.Fault)))
		}
	}
	if report.PublicKey != "" {
		fmt.Fprintln(env.Stdout, p.T("proof.key"), report.PublicKey)
		fmt.Fprintln(env.Stdout, p.T("proof.seal"), report.SealHash)
	}
	sound := report.Sound()
	if key != "" && !strings.EqualFold(key, report.PublicKey) {
		fmt.Fprintln(env.Stderr, p.T("cli.proof_other_key"))
		sound = false
	}
	if !sound {
		fmt.Fprintln(env.Stderr, p.T("proof.unsound"))
		return exit{ExitInput}
	}
	fmt.Fprintln(env.Stdout, p.T("proof.sound"))
	if key == "" {
		fmt.Fprintln(env.Stdout, p.T("proof.compare"))
	}
	return nil
}
