package sop

import (
	_ "embed"
	"slices"

	"xiaoguan/internal/ruledoc"
)

// Canonical returns the bytes that stand for the standard whatever way it was written: JSON with a fixed order of keys, every
// default made explicit. It is a document that Decode reads back to the same standard.
func (s *Standard) Canonical() []byte { return slices.Clone(s.canonical) }

// Hash returns the SHA-256 of the canonical bytes in hexadecimal.
func (s *Standard) Hash() string { return s.hash }

func (s *Standard) seal() { s.canonical, s.hash = ruledoc.Seal(s) }

//go:embed sop.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of these documents, for editors and other programs. It is looser than Decode: it
// knows the words and their places, not what they refer to. A document that Decode accepts is valid by it.
func Schema() []byte { return slices.Clone(schema) }

//go:embed default.yaml
var defaultText []byte

// DefaultText returns the standard that ships with the product, as a document to edit: five stages with a rule set.
func DefaultText() []byte { return slices.Clone(defaultText) }

// Default returns the decoded standard of DefaultText.
func Default() *Standard {
	s, err := Decode("default.yaml", defaultText)
	if err != nil {
		panic(err) // tested
	}
	return s
}
