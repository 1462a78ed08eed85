package proof

import (
	"maps"

	"xiaoguan/internal/engine"
)

// ThroughText writes the facts of a subset and reads them back, as a bundle carries them.
func ThroughText(in engine.Input) (engine.Input, error) {
	text, err := encodeFacts(in)
	if err != nil {
		return in, err
	}
	out, err := decodeFacts(text, in.Plans[0].ID)
	out.Period, out.Plans, out.Crediting = in.Period, in.Plans, in.Crediting
	return out, err
}

// DigestOf is the digest as bundles write it.
var DigestOf = digestOf

// WithFacts is the bundle with other facts.
func WithFacts(b *Bundle, facts []byte) *Bundle {
	files := maps.Clone(b.files)
	files[nameFacts] = facts
	return &Bundle{files: files}
}
