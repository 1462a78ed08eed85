package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// CheckID names one check; its texts are proof.check_ and the id.
type CheckID string

// The checks, in their order.
const (
	CheckArchive   CheckID = "archive"   // the file is a bundle
	CheckDigests   CheckID = "digests"   // every entry is what the manifest says
	CheckSignature CheckID = "signature" // the manifest is signed with the key in it
	CheckPlan      CheckID = "plan"      // the plan is the one of the statement
	CheckCrediting CheckID = "crediting" // likewise the crediting document
	CheckFacts     CheckID = "facts"     // the facts can be read
	CheckPay       CheckID = "pay"       // computed again, every amount is equal to the fen
	CheckBytes     CheckID = "bytes"     // and the whole statement to the byte
	CheckPlace     CheckID = "place"     // the statement is under the seal of its month
	CheckChain     CheckID = "chain"     // every seal hashes to what it says and to the one before
	CheckSeals     CheckID = "seals"     // every seal is signed with the same key
)

// Check is one check with what is wrong, if anything is.
type Check struct {
	ID    CheckID
	Fault errs.Message // empty: all is well
}

// OK reports whether nothing is wrong.
func (c Check) OK() bool { return c.Fault.Key == "" }

// Report is what a verification came to. Statement and Plan are those of the bundle as far as they could be read, and not to be believed
// unless Sound.
type Report struct {
	Checks    []Check
	Statement *engine.Statement
	Plan      *plan.Plan
	PublicKey string // hex
	SealHash  string // of the month
}

// Sound reports whether every check is well.
func (r *Report) Sound() bool {
	for _, c := range r.Checks {
		if !c.OK() {
			return false
		}
	}
	return len(r.Checks) > 0
}

// Verify checks a packed bundle. It always returns all checks; what cannot be reached because something before it is broken is a fault, too.
func Verify(packed []byte) *Report {
	v := &verifier{report: &Report{}}
	b, err := Read(packed)
	v.add(CheckArchive, faultOf(err))
	if err != nil {
		for _, id := range []CheckID{CheckDigests, CheckSignature, CheckPlan, CheckCrediting, CheckFacts, CheckPay, CheckBytes, CheckPlace, CheckChain, CheckSeals} {
			v.add(id, notReached)
		}
		return v.report
	}
	v.bundle = b
	v.add(CheckDigests, v.digests())
	v.add(CheckSignature, v.signature())
	v.add(CheckPlan, v.plan())
	v.add(CheckCrediting, v.crediting())
	v.add(CheckFacts, v.facts())
	pay, same := v.recompute()
	v.add(CheckPay, pay)
	v.add(CheckBytes, same)
	v.add(CheckPlace, v.place())
	v.add(CheckChain, v.chain())
	v.add(CheckSeals, v.seals())
	return v.report
}

// verifier goes from check to check.
type verifier struct {
	report    *Report
	bundle    *Bundle
	manifest  Manifest
	statement *engine.Statement
	rules     *plan.Plan
	credits   *plan.Crediting
	input     *engine.Input
	sealing   *Sealing
}

var notReached = errs.Msg("proof.fault_not_reached", nil)

func (v *verifier) add(id CheckID, fault errs.Message) {
	v.report.Checks = append(v.report.Checks, Check{id, fault})
}

// faultOf is the message of an error; that of its first field, where it has one.
func faultOf(err error) errs.Message {
	if err == nil {
		return errs.Message{}
	}
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok:
		return errs.Msg("proof.fault_unreadable", errs.Args{"Cause": err.Error()})
	case len(e.Fields) > 0:
		return e.Fields[0].Message
	}
	return e.Message
}

func fault(key string, args errs.Args) errs.Message { return errs.Msg("proof.fault_"+key, args) }

// digests reads the manifest and compares every entry with it, then what the manifest says of the statement with the statement.
func (v *verifier) digests() errs.Message {
	v.readStatement()
	if err := strict(v.bundle.files[nameManifest], &v.manifest); err != nil {
		return fault("manifest", nil)
	}
	m := &v.manifest
	v.report.PublicKey = m.PublicKey
	names := entryNames[vouched:]
	if text, err := m.encode(); err != nil || !bytes.Equal(text, v.bundle.files[nameManifest]) || m.Form != Form || len(m.Entries) != len(names) {
		return fault("manifest", nil)
	}
	for i, e := range m.Entries {
		content := v.bundle.files[names[i]]
		if e.Name != names[i] || e.Bytes != len(content) || e.Digest != digestOf(content) {
			return fault("digest", errs.Args{"Name": names[i]})
		}
	}
	s := v.statement
	if s == nil || m.Engine != s.Engine || m.Period != s.Period.String() || m.Payee != s.Payee || m.Plan != s.Plan {
		return fault("digest", errs.Args{"Name": nameStatement})
	}
	return errs.Message{}
}

func (v *verifier) readStatement() {
	s := new(engine.Statement)
	if json.Unmarshal(v.bundle.files[nameStatement], s) == nil {
		v.statement, v.report.Statement = s, s
	}
}

func (v *verifier) key() ed25519.PublicKey {
	key, err := hex.DecodeString(v.manifest.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil
	}
	return key
}

func (v *verifier) signature() errs.Message {
	key := v.key()
	if key == nil || !bytes.Equal(v.bundle.files[nameKey], keyPEM(key)) || !ed25519.Verify(key, v.bundle.files[nameManifest], v.bundle.files[nameSignature]) {
		return fault("signature", nil)
	}
	return errs.Message{}
}

func (v *verifier) plan() errs.Message {
	text := v.bundle.files[namePlan]
	p, err := plan.DecodePlan(namePlan, text)
	if err != nil || !bytes.Equal(p.Canonical(), text) {
		return fault("document", errs.Args{"Name": namePlan})
	}
	v.report.Plan = p
	if v.statement == nil || p.ID != v.statement.Plan || p.Hash() != v.statement.PlanHash {
		return fault("other_document", errs.Args{"Name": namePlan})
	}
	v.rules = p
	return errs.Message{}
}

func (v *verifier) crediting() errs.Message {
	text := v.bundle.files[nameCrediting]
	c, err := plan.DecodeCrediting(nameCrediting, text)
	if err != nil || !bytes.Equal(c.Canonical(), text) {
		return fault("document", errs.Args{"Name": nameCrediting})
	}
	if v.statement == nil || c.Hash() != v.statement.Crediting {
		return fault("other_document", errs.Args{"Name": nameCrediting})
	}
	v.credits = c
	return errs.Message{}
}

func (v *verifier) facts() errs.Message {
	if v.statement == nil {
		return notReached
	}
	in, err := decodeFacts(v.bundle.files[nameFacts], v.statement.Plan)
	if err != nil {
		return faultOf(err)
	}
	if payee := in.Facts.Persons[in.Only[0]].Key; payee != v.statement.Payee {
		return fault("facts_of", errs.Args{"Payee": payee})
	}
	if again, err := encodeFacts(in); err != nil || !bytes.Equal(again, v.bundle.files[nameFacts]) {
		return fault("document", errs.Args{"Name": nameFacts}) // what a reader sees is what is computed with: no key twice, nothing unsorted
	}
	v.input = &in
	return errs.Message{}
}

// recompute computes the statement from plan, crediting document and facts, and compares amounts, then bytes.
func (v *verifier) recompute() (pay, same errs.Message) {
	if v.rules == nil || v.credits == nil || v.input == nil {
		return notReached, notReached
	}
	if v.statement.Engine != engine.Version {
		other := fault("engine", errs.Args{"Made": v.statement.Engine, "Here": engine.Version})
		return other, other
	}
	in := *v.input
	in.Period, in.Plans, in.Crediting = v.statement.Period, []*plan.Plan{v.rules}, v.credits
	again, text, err := compute(in)
	if err != nil {
		return faultOf(err), notReached
	}
	pay = differs(v.statement, again)
	if !bytes.Equal(text, v.bundle.Statement()) {
		same = fault("bytes", nil)
	}
	return pay, same
}

// differs names the first amount that is another one.
func differs(sealed, again *engine.Statement) errs.Message {
	sum := int64(0)
	for i, c := range again.Components {
		if i >= len(sealed.Components) || sealed.Components[i].ID != c.ID {
			return fault("components", nil)
		}
		if sealed.Components[i].AmountFen != c.AmountFen {
			return fault("amount", errs.Args{"Component": c.ID, "Sealed": sealed.Components[i].AmountFen, "Again": c.AmountFen, "Currency": string(again.Currency)})
		}
		sum += sealed.Components[i].AmountFen
	}
	if len(sealed.Components) != len(again.Components) {
		return fault("components", nil)
	}
	if sealed.TotalFen != again.TotalFen || sealed.TotalFen != sum {
		return fault("total", errs.Args{"Sealed": sealed.TotalFen, "Again": again.TotalFen, "Currency": string(again.Currency)})
	}
	return errs.Message{}
}

// place checks that the statement's row is under the run's digest, which the month's seal holds.
func (v *verifier) place() errs.Message {
	sealing := new(Sealing)
	text := v.bundle.files[nameSeal]
	if err := strict(text, sealing); err != nil || len(sealing.Seals) == 0 {
		return fault("sealing", nil)
	}
	if again, err := json.Marshal(sealing); err != nil || !bytes.Equal(again, text) {
		return fault("document", errs.Args{"Name": nameSeal})
	}
	v.sealing = sealing
	row, s, last := sealing.Row, v.statement, sealing.Seals[len(sealing.Seals)-1]
	v.report.SealHash = last.Hash
	switch {
	case s == nil || row.Digest != digestOf(v.bundle.Statement()) || row.PlanID != s.Plan || row.Level != s.Level || row.TotalMinor != s.TotalFen:
		return fault("row", nil)
	case last.Month != s.Period.String():
		return fault("month", errs.Args{"Month": last.Month})
	case sealing.Way.Root(row.Fields()...) != last.RunDigest:
		return fault("way", nil)
	}
	return errs.Message{}
}

func (v *verifier) chain() errs.Message {
	if v.sealing == nil {
		return notReached
	}
	prev := ""
	for _, seal := range v.sealing.Seals {
		if seal.ComputeHash() != seal.Hash {
			return fault("seal_changed", errs.Args{"Month": seal.Month})
		}
		if seal.PrevHash != prev {
			return fault("seal_chain", errs.Args{"Month": seal.Month})
		}
		prev = seal.Hash
	}
	return errs.Message{}
}

func (v *verifier) seals() errs.Message {
	key := v.key()
	if v.sealing == nil || key == nil {
		return notReached
	}
	for _, seal := range v.sealing.Seals {
		signature, err := base64.StdEncoding.DecodeString(seal.Signature)
		if err != nil || !ed25519.Verify(key, []byte(seal.Hash), signature) {
			return fault("seal_signature", errs.Args{"Month": seal.Month})
		}
	}
	return errs.Message{}
}
