package sop

// Codes about what is written for a value of a field, beside those that every document of rules may yield.
const (
	CodeValueForm Code = "value.form"
)

// Codes about what the document refers to and whether it can be followed.
const (
	CodeUnknownActivity    Code = "activity.unknown"
	CodeUnknownRole        Code = "role.unknown"
	CodeUnknownStage       Code = "stage.unknown"
	CodeUnknownField       Code = "field.unknown"
	CodeFieldTypes         Code = "field.types"
	CodeStageUnreachable   Code = "stage.unreachable"
	CodeSigningTwice       Code = "stage.signing_twice"
	CodeReplacesPresent    Code = "stage.replaces_present"
	CodeReplacesTwice      Code = "stage.replaces_twice"
	CodeChanceFalls        Code = "stage.chance_falls"
	CodeHours              Code = "hours.form"
	CodeDeadlineForm       Code = "deadline.form"
	CodeDeadlineImpossible Code = "deadline.impossible"
	CodeSameActivity       Code = "rule.same_activity"
	CodeOrderCycle         Code = "rule.order_cycle"
	CodeEndless            Code = "rule.endless"
	CodeContradiction      Code = "rule.contradiction"
	CodeNever              Code = "rule.never"
	CodeTwice              Code = "rule.twice"
)

// Codes lists every code of its own, for catalogues and their tests.
func Codes() []Code {
	return []Code{
		CodeValueForm, CodeUnknownActivity, CodeUnknownRole, CodeUnknownStage, CodeUnknownField, CodeFieldTypes, CodeStageUnreachable,
		CodeSigningTwice, CodeReplacesPresent, CodeReplacesTwice, CodeChanceFalls,
		CodeHours, CodeDeadlineForm, CodeDeadlineImpossible, CodeSameActivity, CodeOrderCycle, CodeEndless, CodeContradiction, CodeNever, CodeTwice,
	}
}
