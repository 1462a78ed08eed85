package sop

// Code names a kind of finding. Codes are stable: scripts and saved reviews refer to them.
type Code string

// Codes about the document as text, its keys and single values.
const (
	CodeTooLarge      Code = "document.too_large"
	CodeEncoding      Code = "document.encoding"
	CodeSyntax        Code = "document.syntax"
	CodeEmpty         Code = "document.empty"
	CodeSeveral       Code = "document.several"
	CodeAlias         Code = "document.alias"
	CodeTag           Code = "document.tag"
	CodeKeyUnknown    Code = "key.unknown"
	CodeKeyDuplicate  Code = "key.duplicate"
	CodeKeyMissing    Code = "key.missing"
	CodeMeaningless   Code = "key.meaningless"
	CodeWantMapping   Code = "value.mapping"
	CodeWantList      Code = "value.list"
	CodeWantText      Code = "value.text"
	CodeTextBad       Code = "value.text_form"
	CodeValueEmpty    Code = "value.empty"
	CodeValueForm     Code = "value.form"
	CodeID            Code = "value.id"
	CodeChoice        Code = "value.choice"
	CodeWhole         Code = "value.whole"
	CodeListEmpty     Code = "list.empty"
	CodeListDuplicate Code = "list.duplicate"
	CodeTooMany       Code = "list.too_many"
	CodeNameLanguage  Code = "name.language"
)

// Codes about what the document refers to and whether it can be followed.
const (
	CodeDuplicateID        Code = "id.duplicate"
	CodeUnknownActivity    Code = "activity.unknown"
	CodeUnknownRole        Code = "role.unknown"
	CodeUnknownStage       Code = "stage.unknown"
	CodeUnknownField       Code = "field.unknown"
	CodeFieldTypes         Code = "field.types"
	CodeStageUnreachable   Code = "stage.unreachable"
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

// Codes lists every code, for catalogues and their tests.
func Codes() []Code {
	return []Code{
		CodeTooLarge, CodeEncoding, CodeSyntax, CodeEmpty, CodeSeveral, CodeAlias, CodeTag, CodeKeyUnknown, CodeKeyDuplicate, CodeKeyMissing,
		CodeMeaningless, CodeWantMapping, CodeWantList, CodeWantText, CodeTextBad, CodeValueEmpty, CodeValueForm, CodeID, CodeChoice, CodeWhole,
		CodeListEmpty, CodeListDuplicate, CodeTooMany, CodeNameLanguage,
		CodeDuplicateID, CodeUnknownActivity, CodeUnknownRole, CodeUnknownStage, CodeUnknownField, CodeFieldTypes, CodeStageUnreachable,
		CodeHours, CodeDeadlineForm, CodeDeadlineImpossible, CodeSameActivity, CodeOrderCycle, CodeEndless, CodeContradiction, CodeNever, CodeTwice,
	}
}
