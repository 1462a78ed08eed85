// Package proof makes a closed month's statement checkable by anybody: a bundle of the statement, the plan, the crediting document and the
// facts that it rests on, with the seal that froze the month; and the check that computes the statement again from the bundle alone.
//
// A bundle (docs/proof.md) is a ZIP file of fixed entries, order and times: the same statement gives the same bytes. Subset chooses the
// facts: no row that the statement does not need. Verify trusts nothing in the bundle but what it can compute: digests, the signature over
// them, the hash chain of the seals, the statement's place under the seal, and the pay itself, to the fen and to the byte.
//
// Limits: whether the public key is the company's, and whether the newest seal is the one that was sealed, nothing inside can tell: compare
// both with what was noted elsewhere. What a settlement made of the earned pay is under the same seal and not in the bundle. Only the engine
// that made a statement can compute it again, so a bundle of another engine version is a fault.
package proof

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
)

// Form names the format of bundles.
const Form = "xiaoguan proof 1"

// The entries of a bundle, in their order.
const (
	nameManifest  = "manifest.json"
	nameSignature = "signature.bin"
	nameKey       = "public-key.pem"
	namePlan      = "plan.json"
	nameCrediting = "crediting.json"
	nameFacts     = "facts.json"
	nameStatement = "statement.json"
	nameSeal      = "seal.json"
)

// entryNames are all entries in the order of the file; the manifest vouches for those behind the key.
var entryNames = []string{nameManifest, nameSignature, nameKey, namePlan, nameCrediting, nameFacts, nameStatement, nameSeal}

// vouched is where in entryNames those begin whose digests are in the manifest.
const vouched = 3

// Manifest is the table of contents that is signed.
type Manifest struct {
	Form      string  `json:"form"`
	Engine    string  `json:"engine"`
	Period    string  `json:"period"`
	Payee     string  `json:"payee"`
	Plan      string  `json:"plan"`
	PublicKey string  `json:"public_key"` // Ed25519, hex
	Entries   []Entry `json:"entries"`
}

func (m *Manifest) encode() ([]byte, error) { return json.MarshalIndent(m, "", " ") }

// Entry is one file of the bundle.
type Entry struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	Digest string `json:"sha256"`
}

// Bundle is the content of a bundle.
type Bundle struct {
	files  map[string][]byte
	payee  string
	others []int32
}

// Payee returns the key of the payee of a bundle that Make made.
func (b *Bundle) Payee() string { return b.payee }

// Others are the persons, by their indices in Parts.Input, of whom a bundle that Make made tells more than that they share the payee's deals:
// the members of teams that the payee leads, and those with whom the plan compares the payee.
func (b *Bundle) Others() []int32 { return b.others }

// Statement returns the sealed bytes.
func (b *Bundle) Statement() []byte { return b.files[nameStatement] }

// Parts are what a bundle is made of.
type Parts struct {
	Input     engine.Input // of the run, or of the payee alone: Subset chooses from it
	Person    int32        // index of the payee
	Plan      int32        // index of the plan
	Statement []byte       // the sealed bytes
	Sealing   Sealing
	PublicKey ed25519.PublicKey
	Sign      func(message []byte) []byte
}

// Make puts a bundle together. Errors: invalid when the engine refuses the facts; internal with key proof.not_the_same when the facts give
// another statement than the sealed one, which must not be handed out as a proof.
func Make(p Parts) (_ *Bundle, err error) {
	defer errs.Wrap(&err, "proof.Make")
	subset, reads, err := cut(p.Input, p.Person, p.Plan)
	if err != nil {
		return nil, err
	}
	_, again, err := compute(subset)
	if err != nil {
		return nil, err
	}
	if string(again) != string(p.Statement) {
		return nil, errs.New(errs.KindInternal, "proof.not_the_same", nil)
	}
	facts, err := encodeFacts(subset)
	if err != nil {
		return nil, err
	}
	seal, err := json.Marshal(p.Sealing)
	if err != nil {
		return nil, err
	}
	b := &Bundle{payee: subset.Facts.Persons[subset.Only[0]].Key, others: reads.Exposed, files: map[string][]byte{
		namePlan: subset.Plans[0].Canonical(), nameCrediting: subset.Crediting.Canonical(), nameFacts: facts, nameStatement: p.Statement,
		nameSeal: seal, nameKey: keyPEM(p.PublicKey),
	}}
	manifest := Manifest{Form: Form, Engine: engine.Version, Period: subset.Period.String(), Payee: b.payee,
		Plan: subset.Plans[0].ID, PublicKey: hex.EncodeToString(p.PublicKey)}
	for _, name := range entryNames[vouched:] {
		manifest.Entries = append(manifest.Entries, Entry{name, len(b.files[name]), digestOf(b.files[name])})
	}
	if b.files[nameManifest], err = manifest.encode(); err != nil {
		return nil, err
	}
	b.files[nameSignature] = p.Sign(b.files[nameManifest])
	return b, nil
}

// compute runs the engine on the input of one payee and one plan.
func compute(in engine.Input) (*engine.Statement, []byte, error) {
	result, err := engine.Run(in)
	if err != nil {
		return nil, nil, err
	}
	s, err := result.Statement(in.Only[0], 0)
	if err != nil {
		return nil, nil, err
	}
	return s, s.AppendJSON(nil), nil
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
