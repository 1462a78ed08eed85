package proof_test

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/proof"
)

var private = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// packed is the bundle of a statement of a random company that pays for something.
func packed(t *testing.T) []byte {
	t.Helper()
	inputs := rapid.Custom(enginetest.Input)
	for seed := range 200 {
		in := inputs.Example(seed)
		result, err := engine.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range result.Payouts {
			if p.AmountFen <= 1000 {
				continue
			}
			s, err := result.Statement(p.Person, p.Plan)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Credits) == 0 {
				continue
			}
			return bundle(t, in, p.Person, p.Plan, s)
		}
	}
	t.Fatal("nobody is paid")
	return nil
}

func bundle(t *testing.T, in engine.Input, person, plan int32, s *engine.Statement) []byte {
	t.Helper()
	text := s.AppendJSON(nil)
	row := proof.Row{Salt: "5a17", PersonID: 7, PlanID: s.Plan, VersionID: "v", Level: s.Level, TotalMinor: s.TotalFen, Digest: proof.DigestOf(text)}
	tree := proof.Tree{}
	for _, other := range []string{"a", "b"} {
		tree.Add(other)
	}
	tree.Add(row.Fields()...)
	before := seal(proof.Seal{Month: "2020-01", RunID: "r0", RunDigest: "d0", ClosedAt: "x"})
	sealing := proof.Sealing{Row: row, Way: tree.Way(2), Seals: []proof.Seal{before,
		seal(proof.Seal{Month: in.Period.String(), RunID: "r1", RunDigest: tree.Root(), LedgerSeq: 4, LedgerHash: "l", PrevHash: before.Hash})}}
	b, err := proof.Make(proof.Parts{Input: in, Person: person, Plan: plan, Statement: text, Sealing: sealing, PublicKey: private.Public().(ed25519.PublicKey),
		Sign: func(message []byte) []byte { return ed25519.Sign(private, message) }})
	if err != nil {
		t.Fatal(err)
	}
	file, err := b.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func seal(s proof.Seal) proof.Seal {
	s.Hash = s.ComputeHash()
	s.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte(s.Hash)))
	return s
}

// changed writes the file anew with one entry changed.
func changed(t *testing.T, file []byte, name string, change func([]byte) []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			before := bytes.Clone(content)
			if content = change(content); bytes.Equal(before, content) {
				t.Fatalf("%s was not changed", name)
			}
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func faults(r *proof.Report) (ids []proof.CheckID) {
	for _, c := range r.Checks {
		if !c.OK() {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func TestABundleVerifiesAndNamesWhatWasChanged(t *testing.T) {
	t.Parallel()
	file := packed(t)
	if r := proof.Verify(file); !r.Sound() || len(r.Checks) != 11 || r.PublicKey == "" || r.SealHash == "" {
		t.Fatalf("untouched: %+v", r.Checks)
	}
	digit := func(after string) func([]byte) []byte {
		return func(content []byte) []byte {
			at := bytes.LastIndex(content, []byte(after)) + len(after)
			for content[at] < '0' || content[at] > '9' {
				at++
			}
			content[at] = '1' + (content[at]-'0')%9
			return content
		}
	}
	for _, c := range []struct {
		entry, after string
		want         []proof.CheckID
	}{
		{"facts.json", `"on": "202`, []proof.CheckID{proof.CheckDigests, proof.CheckBytes}},
		{"statement.json", `"total_fen":`, []proof.CheckID{proof.CheckDigests, proof.CheckPay, proof.CheckBytes, proof.CheckPlace}},
		{"plan.json", `"from":"2`, []proof.CheckID{proof.CheckDigests, proof.CheckPlan, proof.CheckPay, proof.CheckBytes}},
		{"crediting.json", `"from":"2`, []proof.CheckID{proof.CheckDigests, proof.CheckCrediting, proof.CheckPay, proof.CheckBytes}},
		{"manifest.json", `"bytes": `, []proof.CheckID{proof.CheckDigests, proof.CheckSignature}},
		{"seal.json", `"ledger_seq":`, []proof.CheckID{proof.CheckDigests, proof.CheckChain}},
		{"seal.json", `"person_id":`, []proof.CheckID{proof.CheckDigests, proof.CheckPlace}},
		{"seal.json", `"salt":"`, []proof.CheckID{proof.CheckDigests, proof.CheckPlace}},
		{"signature.bin", "", []proof.CheckID{proof.CheckSignature}},
		{"public-key.pem", "MCow", []proof.CheckID{proof.CheckSignature}},
	} {
		change := digit(c.after)
		if c.after == "" {
			change = func(content []byte) []byte { content[3] ^= 1; return content }
		}
		r := proof.Verify(changed(t, file, c.entry, change))
		found := faults(r)
		for _, want := range c.want {
			if !slices.Contains(found, want) {
				t.Errorf("%s after %q: %v, want %v", c.entry, c.after, r.Checks, c.want)
				break
			}
		}
		if r.Sound() {
			t.Errorf("%s after %q: sound", c.entry, c.after)
		}
	}
}

func TestFilesThatAreNoBundleAreRefused(t *testing.T) {
	t.Parallel()
	file := packed(t)
	bomb := changed(t, file, "facts.json", func([]byte) []byte { return []byte(strings.Repeat(" ", proof.UnpackedBytesMax+1)) })
	var lone bytes.Buffer
	w := zip.NewWriter(&lone)
	if _, err := w.Create("../manifest.json"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"nothing": nil, "text": []byte("PK"), "half": file[:len(file)/2], "a bomb": bomb, "another archive": lone.Bytes()} {
		r := proof.Verify(content)
		if found := faults(r); len(found) != 11 {
			t.Errorf("%s: faults %v", name, found)
		}
	}
}

// TestNothingStandsInAFileButAProof: a file that shows other programs more than was checked is none, though every entry is right.
func TestNothingStandsInAFileButAProof(t *testing.T) {
	t.Parallel()
	file := packed(t)
	if r := proof.Verify(changed(t, file, "", nil)); !r.Sound() {
		t.Fatalf("packed anew: %+v", r.Checks)
	}
	comment := bytes.Clone(file)
	comment[len(comment)-2] = 1 // of one byte
	end := bytes.LastIndex(file, []byte("PK\x01\x02"))
	start := bytes.Index(file, []byte("PK\x01\x02"))
	local := bytes.Clone(file)
	copy(local[30:], "manifesto.js0") // what a program that reads from the front would show
	attributes := bytes.Clone(file)
	attributes[end+38] ^= 1
	hidden := slices.Insert(bytes.Clone(file), start, []byte("hidden")...)
	offset := bytes.LastIndex(hidden, []byte("PK\x05\x06")) + 16
	binary.LittleEndian.PutUint32(hidden[offset:], uint32(start+len("hidden")))
	for name, content := range map[string][]byte{"a comment": append(comment, '!'), "something in front": append([]byte("#!/bin/sh\n"), file...),
		"something between": hidden, "another name in front": local, "other attributes": attributes} {
		if r := proof.Verify(content); r.Sound() || r.Checks[0].OK() {
			t.Errorf("%s: %+v", name, r.Checks)
		}
	}
	twice := changed(t, file, "facts.json", func(content []byte) []byte {
		return bytes.Replace(content, []byte(`"payee":`), []byte(`"payee": "X",`+"\n "+`"payee":`), 1)
	})
	if r := proof.Verify(twice); r.Checks[5].OK() {
		t.Errorf("a field that comes twice: %+v", r.Checks)
	}
}

// TestWhateverNumbersAFileHasTheCheckEnds: a file may be made to hurt the program that checks it.
func TestWhateverNumbersAFileHasTheCheckEnds(t *testing.T) {
	t.Parallel()
	file := packed(t)
	number := regexp.MustCompile(`-?[0-9]+`)
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"facts.json", "statement.json", "plan.json", "crediting.json", "seal.json"}).Draw(rt, "entry")
		place := rapid.IntRange(0, 1<<20).Draw(rt, "place")
		to := rapid.SampledFrom([]string{"-9223372036854775808", "9223372036854775807", "9223372036854775808", "-1", "0", "1e999", "9999", "99"}).Draw(rt, "to")
		r := proof.Verify(changed(t, file, name, func(content []byte) []byte {
			all := number.FindAllIndex(content, -1)
			at := all[place%len(all)]
			return slices.Concat(content[:at[0]], []byte(to), content[at[1]:], []byte(" "))
		}))
		if r.Sound() {
			rt.Fatalf("%s: %+v", name, r.Checks)
		}
	})
}

func TestNoFileIsMadeThatIsTooLargeToBeRead(t *testing.T) {
	t.Parallel()
	b, err := proof.Read(packed(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.WithFacts(b, make([]byte, proof.UnpackedBytesMax)).Pack(); !errs.Is(err, errs.KindConflict) {
		t.Errorf("got %v", err)
	}
}

func TestOneDigitAnywhereIsFound(t *testing.T) {
	t.Parallel()
	file := packed(t)
	names := []string{"manifest.json", "plan.json", "crediting.json", "facts.json", "statement.json", "seal.json"}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(names).Draw(rt, "entry")
		place := rapid.IntRange(0, 1<<20).Draw(rt, "place")
		r := proof.Verify(changed(t, file, name, func(content []byte) []byte {
			var digits []int
			for i, c := range content {
				if c >= '0' && c <= '9' {
					digits = append(digits, i)
				}
			}
			at := digits[place%len(digits)]
			content[at] = '0' + (content[at]-'0'+1)%10
			return content
		}))
		if r.Sound() || slices.Contains(faults(r), proof.CheckArchive) {
			rt.Fatalf("%s: %+v", name, r.Checks)
		}
	})
}

func TestAWayLeadsToTheRootOfItsTreeAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tree, rows := proof.Tree{}, rapid.SliceOfNDistinct(rapid.StringN(0, 3, 6), 1, 20, rapid.ID).Draw(t, "rows")
		for _, row := range rows {
			tree.Add(row, "x")
		}
		at := rapid.IntRange(0, len(rows)-1).Draw(t, "row")
		way := tree.Way(at)
		if got := way.Root(rows[at], "x"); got != tree.Root() {
			t.Fatalf("way to %s, root %s", got, tree.Root())
		}
		if way.Root(rows[at]+"y", "x") == tree.Root() {
			t.Fatal("another row has the same way")
		}
		for _, broken := range []proof.Step{{Side: "up", Hash: tree.Root()}, {Side: proof.SideLeft, Hash: "00"}, {Side: proof.SideLeft, Hash: "no hash"}} {
			if got := append(way[:len(way):len(way)], broken).Root(rows[at], "x"); got != "" {
				t.Fatalf("%+v leads to %s", broken, got)
			}
		}
		if len(way) > 0 && way[:len(way)-1].Root(rows[at], "x") == tree.Root() {
			t.Fatal("a way that is too short leads there")
		}
	})
}
