package cli

import "xiaoguan/internal/engine"

func explain(env *environment, in engine.Input, payee int32, statements []*engine.Statement) error {
	return nil
}
