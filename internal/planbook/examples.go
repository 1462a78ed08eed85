package planbook

import (
	"context"
	"errors"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Example is a worked example of a document, computed. Where it could not be computed, Reason says why.
type Example struct {
	Title       string
	Passes      bool
	Differences []ExampleDifference
	Reason      errs.Message
}

// ExampleDifference is an amount that is not what the example says. List is the list that it stands in (want.csv, paid.csv, open.csv), Line
// the component or the kind of open item.
type ExampleDifference struct {
	Month           calendar.Month
	Payee           string
	List, Line      string
	WantFen, GotFen int64
	Currency        money.Currency
}

// Examiner computes the examples that a document carries. text is the document; crediting is what holds beside it, nil for none.
type Examiner interface {
	Examine(ctx context.Context, text string, d *plan.Document, crediting *plan.Crediting) ([]Example, error)
}

// WithExaminer lets the service compute examples. Without one, a document that carries examples cannot be approved.
func (s *Service) WithExaminer(x Examiner) *Service {
	s.examiner = x
	return s
}

// Examples computes the worked examples of a version beside the documents in force on its first day. Errors: forbidden, not found.
func (s *Service) Examples(ctx context.Context, actor access.Actor, id string) (out []Example, err error) {
	defer errs.Wrap(&err, "planbook.Examples(%s)", id)
	if err := actor.Require(access.PermPlanRead); err != nil {
		return nil, err
	}
	var v Version
	var crediting *plan.Crediting
	err = s.store.Read(ctx, func(r Reader) error {
		if v, err = r.PlanVersion(ctx, id); err != nil {
			return err
		}
		crediting, err = creditingBeside(ctx, r, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.examine(ctx, v, crediting)
}

// ExamplesOf computes the worked examples of a text that is being written, as Examples does those of a version. Errors: forbidden; invalid when
// the text does not decode.
func (s *Service) ExamplesOf(ctx context.Context, actor access.Actor, text string) (out []Example, err error) {
	defer errs.Wrap(&err, "planbook.ExamplesOf")
	if err := actor.Require(access.PermPlanRead); err != nil {
		return nil, err
	}
	d, err := plan.Decode("", []byte(text))
	if err != nil || d.Examples == "" {
		return nil, err
	}
	v := describe(d)
	v.Text = text
	var crediting *plan.Crediting
	err = s.store.Read(ctx, func(r Reader) error {
		crediting, err = creditingBeside(ctx, r, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.examine(ctx, v, crediting)
}

// examine computes the examples of a version, if it has any.
func (s *Service) examine(ctx context.Context, v Version, crediting *plan.Crediting) ([]Example, error) {
	d, err := plan.Decode(v.DocumentID, []byte(v.Text))
	if err != nil || d.Examples == "" {
		return nil, err
	}
	if s.examiner == nil {
		return nil, errs.New(errs.KindInternal, "planbook.no_examiner", nil)
	}
	return s.examiner.Examine(ctx, v.Text, d, crediting)
}

// creditingBeside is the crediting document in force on the version's first day, nil when there is none.
func creditingBeside(ctx context.Context, r Reader, v Version) (*plan.Crediting, error) {
	all, err := r.PlanVersions(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, other := range inForce(all, v.Effective.From) {
		if other.Kind == KindCrediting {
			return plan.DecodeCrediting(other.DocumentID, []byte(other.Text))
		}
	}
	return nil, nil
}

// passes refuses a version one of whose examples does not come out as it says, naming each.
func (s *Service) passes(ctx context.Context, r Reader, v Version) error {
	crediting, err := creditingBeside(ctx, r, v)
	if err != nil {
		return err
	}
	examples, err := s.examine(ctx, v, crediting)
	if err != nil {
		return err
	}
	var fields []errs.Field
	for _, e := range examples {
		if !e.Passes {
			fields = append(fields, errs.Field{Path: "examples", Value: e.Title, Message: e.Message()})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.KindConflict, Message: errs.Msg("planbook.example_fails", errs.Args{"Example": fields[0].Message}), Fields: fields}
}

// Message says how an example came out.
func (e Example) Message() errs.Message {
	switch {
	case e.Passes:
		return errs.Msg("planbook.example_passes", errs.Args{"Title": e.Title})
	case len(e.Differences) > 0:
		d := e.Differences[0]
		return errs.Msg("planbook.example_differs", errs.Args{"Title": e.Title, "Month": d.Month.String(), "Payee": d.Payee, "Line": d.Line,
			"Want": money.Format(d.WantFen, d.Currency), "Got": money.Format(d.GotFen, d.Currency)})
	}
	return e.Reason
}

// FirstReason is the first thing that an error names.
func FirstReason(err error) errs.Message {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok:
		return errs.Msg("planbook.example_unknown", nil)
	case len(e.Fields) > 0:
		return e.Fields[0].Message
	}
	return e.Message
}
