package ruledoc

import "slices"

// Code names a kind of finding. Codes are stable: scripts and saved reviews refer to them.
type Code string

// Codes about the document as text.
const (
	CodeTooLarge        Code = "document.too_large"
	CodeEncoding        Code = "document.encoding"
	CodeSyntax          Code = "document.syntax"
	CodeDocumentEmpty   Code = "document.empty"
	CodeDocumentSeveral Code = "document.several"
	CodeHeader          Code = "document.header"
	CodeAlias           Code = "document.alias"
	CodeTag             Code = "document.tag"
)

// Codes about keys and single values.
const (
	CodeKeyUnknown      Code = "key.unknown"
	CodeKeyDuplicate    Code = "key.duplicate"
	CodeKeyMissing      Code = "key.missing"
	CodeKeyConflict     Code = "key.conflict"
	CodeKeyOneOf        Code = "key.one_of"
	CodeKeyMeaningless  Code = "key.meaningless"
	CodeWantMapping     Code = "value.mapping"
	CodeWantList        Code = "value.list"
	CodeWantText        Code = "value.text"
	CodeTextBad         Code = "value.text_form"
	CodeValueEmpty      Code = "value.empty"
	CodeListEmpty       Code = "list.empty"
	CodeListDuplicate   Code = "list.duplicate"
	CodeTooMany         Code = "list.too_many"
	CodeID              Code = "value.id"
	CodeIDDuplicate     Code = "id.duplicate"
	CodeChoice          Code = "value.choice"
	CodeDecimal         Code = "value.decimal"
	CodeWhole           Code = "value.whole"
	CodePercent         Code = "value.percent"
	CodePercentNotMoney Code = "value.percent_not_money"
	CodeAmountDigits    Code = "value.amount_digits"
	CodeAmountRange     Code = "value.amount_range"
	CodeDate            Code = "value.date"
	CodeIntervalEmpty   Code = "value.interval_empty"
	CodeNameLanguage    Code = "name.language"
)

// codes is every code of this package.
var codes = []Code{
	CodeTooLarge, CodeEncoding, CodeSyntax, CodeDocumentEmpty, CodeDocumentSeveral, CodeHeader, CodeAlias, CodeTag,
	CodeKeyUnknown, CodeKeyDuplicate, CodeKeyMissing, CodeKeyConflict, CodeKeyOneOf, CodeKeyMeaningless, CodeWantMapping, CodeWantList,
	CodeWantText, CodeTextBad, CodeValueEmpty, CodeListEmpty, CodeListDuplicate, CodeTooMany, CodeID, CodeIDDuplicate, CodeChoice,
	CodeDecimal, CodeWhole, CodePercent, CodePercentNotMoney, CodeAmountDigits, CodeAmountRange, CodeDate, CodeIntervalEmpty, CodeNameLanguage,
}

// Codes lists the codes that every document may yield, for catalogues and their tests.
func Codes() []Code { return slices.Clone(codes) }

func (c Code) common() bool { return slices.Contains(codes, c) }
