package stats_test

import (
	"errors"

	"xiaoguan/internal/errs"
)

// errsAs finds the error for people in a chain.
func errsAs(err error) (*errs.Error, bool) {
	var e *errs.Error
	return e, errors.As(err, &e)
}
