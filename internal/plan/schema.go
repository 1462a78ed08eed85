package plan

import (
	_ "embed"
	"slices"
)

//go:embed plan.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of plan and crediting documents, for editors and other programs. It is looser than
// Decode: it knows the words and their places, not what they refer to. A document that Decode accepts is valid by it.
func Schema() []byte { return slices.Clone(schema) }
