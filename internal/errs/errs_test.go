package errs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"xiaoguan/internal/errs"
)

func TestKindNames(t *testing.T) {
	t.Parallel()
	want := map[errs.Kind]string{
		errs.KindInternal: "internal", errs.KindInvalid: "invalid", errs.KindNotFound: "not_found", errs.KindConflict: "conflict",
		errs.KindForbidden: "forbidden", errs.KindUnauthenticated: "unauthenticated", errs.KindPeriodClosed: "period_closed",
		errs.KindTooLarge: "too_large", errs.KindTooMany: "too_many", errs.KindUnavailable: "unavailable", errs.Kind(200): "internal",
	}
	for kind, name := range want {
		if got := kind.String(); got != name {
			t.Errorf("Kind(%d).String() = %q, want %q", kind, got, name)
		}
	}
}

func TestKindOfLooksThroughTheChain(t *testing.T) {
	t.Parallel()
	conflict := errs.New(errs.KindConflict, "period.changed", nil)
	outer := errs.New(errs.KindForbidden, "period.forbidden", nil).Because(conflict)
	tests := []struct {
		name string
		err  error
		want errs.Kind
	}{
		{"nil is internal, for want of better", nil, errs.KindInternal},
		{"a foreign error is our fault", fs.ErrNotExist, errs.KindInternal},
		{"an error is its kind", conflict, errs.KindConflict},
		{"a wrapped error keeps its kind", fmt.Errorf("a: %w", fmt.Errorf("b: %w", conflict)), errs.KindConflict},
		{"the outermost kind counts", outer, errs.KindForbidden},
		{"joined errors show the first kind", errors.Join(fs.ErrNotExist, conflict), errs.KindConflict},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := errs.KindOf(test.err); got != test.want {
				t.Errorf("KindOf(%v) = %v, want %v", test.err, got, test.want)
			}
			if got, want := errs.Is(test.err, test.want), test.err != nil; got != want {
				t.Errorf("Is(%v, %v) = %v, want %v", test.err, test.want, got, want)
			}
		})
	}
}

func TestInvalidIsNilWithoutFields(t *testing.T) {
	t.Parallel()
	if err := errs.Invalid("error.invalid", nil); err != nil {
		t.Errorf("Invalid without fields = %v, want nil", err)
	}
	err := errs.Invalid("error.invalid", []errs.Field{{Path: "name", Message: errs.Msg("error.required", nil)}})
	if !errs.Is(err, errs.KindInvalid) {
		t.Errorf("Invalid with a field = %v, want kind invalid", err)
	}
}

func TestErrorTextNamesEverythingForTheLog(t *testing.T) {
	t.Parallel()
	cause := errors.New("driver: broken pipe")
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"kind and key", errs.New(errs.KindNotFound, "deal.missing", nil), "not_found deal.missing"},
		{"arguments in the order of their names", errs.New(errs.KindTooMany, "login.wait", errs.Args{"seconds": 30, "attempts": 5}),
			"too_many login.wait map[attempts:5 seconds:30]"},
		{"the cause comes last", errs.New(errs.KindUnavailable, "", nil).Because(cause), "unavailable: driver: broken pipe"},
		{"fields with row and value", errs.Invalid("import.invalid", []errs.Field{
			{Path: "amount", Row: 7, Value: "1,2", Message: errs.Msg("import.number", nil)},
			{Path: "date", Message: errs.Msg("import.date", nil)},
		}), `invalid import.invalid; amount (row 7): import.number "1,2"; date: import.date`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.err.Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestErrorTextStopsAfterFiveFields(t *testing.T) {
	t.Parallel()
	fields := make([]errs.Field, 12)
	for i := range fields {
		fields[i] = errs.Field{Path: fmt.Sprintf("f%d", i), Message: errs.Msg("x", nil)}
	}
	text := errs.Invalid("many", fields).Error()
	if !strings.HasSuffix(text, "; f4: x; and 7 more") {
		t.Errorf("got %q, want five fields and the number of the others", text)
	}
}

func TestWrapPrefixesOnlyFailures(t *testing.T) {
	t.Parallel()
	act := func(fail bool) (err error) {
		defer errs.Wrap(&err, "period.Close(%q)", "2026-09")
		if fail {
			return errs.New(errs.KindPeriodClosed, "period.closed", nil)
		}
		return nil
	}
	if err := act(false); err != nil {
		t.Errorf("success became %v", err)
	}
	err := act(true)
	if got, want := err.Error(), `period.Close("2026-09"): period_closed period.closed`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errs.Is(err, errs.KindPeriodClosed) {
		t.Errorf("the kind is lost: %v", errs.KindOf(err))
	}
}

func TestBecauseKeepsTheCauseForErrorsIs(t *testing.T) {
	t.Parallel()
	err := errs.New(errs.KindInternal, "file.gone", nil).Because(fs.ErrNotExist)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error("errors.Is does not find the cause")
	}
}

func ExampleWrap() {
	closePeriod := func(id string) (err error) {
		defer errs.Wrap(&err, "period.Close(%s)", id)
		return errs.New(errs.KindConflict, "period.changed", errs.Args{"by": "王芳"})
	}
	err := closePeriod("2026-09")
	fmt.Println(err)
	fmt.Println(errs.KindOf(err))
	// Output:
	// period.Close(2026-09): conflict period.changed map[by:王芳]
	// conflict
}

func ExampleInvalid() {
	validate := func(name string) error {
		var fields []errs.Field
		if name == "" {
			fields = append(fields, errs.Field{Path: "name", Message: errs.Msg("error.required", nil)})
		}
		return errs.Invalid("error.invalid", fields)
	}
	fmt.Println(validate("王芳"))
	fmt.Println(validate(""))
	// Output:
	// <nil>
	// invalid error.invalid; name: error.required
}
