package cli

import (
	"io"
	"slices"
	"strings"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/plan"
)

// printStatements prints the statements of one payee as text, one after the other.
func printStatements(env *environment, in engine.Input, payee int32, statements []*engine.Statement, settled *settlements) error {
	texts := make([]string, 0, len(statements))
	for _, statement := range statements {
		at := slices.IndexFunc(in.Plans, func(p *plan.Plan) bool { return p.ID == statement.Plan })
		text := explain.Text(env.print, statement, in.Plans[at])
		if r := settled.of(statement.Payee, statement.Plan); r != nil {
			text += explain.SettlementText(env.print, r, in.Plans[at])
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		who := in.Facts.Persons[payee]
		texts = append(texts, env.print.T("cli.explain.none", "Name", who.Name, "Key", who.Key, "Month", in.Period)+"\n")
	}
	_, err := io.WriteString(env.Stdout, strings.Join(texts, "\n"))
	return err
}
