package approval

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/access"
)

// Choice is a word that a field may be.
type Choice struct {
	Value string
	Label string // message key
	Mark  string // message key of what stands out in lists where the field is this word; empty: nothing
}

// Field is something that conditions may ask about.
type Field struct {
	Name    string
	Label   string // message key
	Form    Form   // FormText: one of Choices; otherwise a number
	Choices []Choice
	Listed  bool // lists show it beside the amount
}

// FieldAmount is the name of the field that lists show as the amount of a request.
const FieldAmount = "amount"

// Kind is a kind of subject.
type Kind struct {
	Name    string // as in the audit log: "quote"
	Label   string // message key
	Page    string // of the subject, with {id}; empty: it has none
	Fields  []Field
	Default Flow // until the company publishes one
	Final   bool // nobody could change what is returned: it is approved or rejected
	// Outcome is told, in the transaction of the act, that a request is approved, rejected, returned or withdrawn. Nil: nobody asks.
	Outcome func(ctx context.Context, tx Tx, actor access.Actor, r Request) error
}

func (k Kind) field(name string) (Field, bool) {
	at := slices.IndexFunc(k.Fields, func(f Field) bool { return f.Name == name })
	if at < 0 {
		return Field{}, false
	}
	return k.Fields[at], true
}

// Amount is what a request is about in money, in minor units of its currency; false where its kind knows none.
func (k Kind) Amount(r Request) (minor int64, known bool) {
	if f, ok := k.field(FieldAmount); !ok || f.Form != FormMoney {
		return 0, false
	}
	minor, known = r.Data.Numbers[FieldAmount]
	return minor, known && minor != 0
}

// Marks are the message keys of what stands out about a request: what is beyond a limit, say.
func (k Kind) Marks(r Request) (keys []string) {
	for _, f := range k.Fields {
		for _, c := range f.Choices {
			if c.Mark != "" && r.Data.Words[f.Name] == c.Value {
				keys = append(keys, c.Mark)
			}
		}
	}
	return keys
}

// PageOf is where the subject is shown; empty: nowhere.
func (k Kind) PageOf(subjectID string) string { return strings.ReplaceAll(k.Page, "{id}", subjectID) }

// Tell makes an Outcome of a function that needs the write transaction of another package. The store's transaction is all of them.
func Tell[T any](fn func(ctx context.Context, tx T, actor access.Actor, r Request) error) func(context.Context, Tx, access.Actor, Request) error {
	return func(ctx context.Context, tx Tx, actor access.Actor, r Request) error {
		own, ok := any(tx).(T)
		if !ok {
			return fmt.Errorf("approval: the transaction is no %T", *new(T))
		}
		return fn(ctx, own, actor, r)
	}
}

// KindGeneral is the general request: a title, a text and an amount.
const KindGeneral = "general"

// generalKind ships with the product: the manager signs, and above ten thousand finance as well.
func generalKind() Kind {
	const large = 10_000_00
	return Kind{
		Name: KindGeneral, Label: "approval.kind_general",
		Fields: []Field{{Name: "amount", Label: "approval.field_amount", Form: FormMoney}},
		Default: Flow{Routes: []Route{{Steps: []Step{
			{Mode: ModeAny, Who: []Approver{{Kind: ByManager, Levels: 1}}, LimitDays: 2},
			{Mode: ModeAny, Who: []Approver{{Kind: ByRole, Role: access.RoleFinance}}, LimitDays: 2, When: []Condition{{Field: "amount", Operator: OpAtLeast, Number: large}}},
		}}}},
	}
}

// Kinds returns the registered kinds in the order of their registration.
func (s *Service) Kinds() []Kind { return slices.Clone(s.kinds) }

// KindNamed returns a registered kind.
func (s *Service) KindNamed(name string) (Kind, bool) {
	at := slices.IndexFunc(s.kinds, func(k Kind) bool { return k.Name == name })
	if at < 0 {
		return Kind{}, false
	}
	return s.kinds[at], true
}

// Register adds a kind. Call it while the program is put together: a kind that cannot work is a slip of the programmer, and an error.
func (s *Service) Register(k Kind) error {
	if _, known := s.KindNamed(k.Name); known || k.Name == "" || k.Label == "" {
		return fmt.Errorf("approval kind %q has no name, no label, or is there already", k.Name)
	}
	if err := k.Default.check(k); err != nil {
		return fmt.Errorf("approval kind %q: %w", k.Name, err)
	}
	s.kinds = append(s.kinds, k)
	return nil
}
