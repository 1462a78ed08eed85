package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // the list of common passwords
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"xiaoguan/internal/errs"
)

// HashCost is the work that argon2id does for one password.
type HashCost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// TestHashCost takes next to nothing. It is for tests that sign people in and are about something else.
var TestHashCost = HashCost{MemoryKiB: 64, Passes: 1, Lanes: 1}

// DefaultHashCost takes some 60 ms on one core and 32 MiB, above what OWASP's cheat sheet asks for at least (19 MiB and 2 passes).
// Raising it is safe: hashes carry their own cost and are renewed at the next sign-in.
var DefaultHashCost = HashCost{MemoryKiB: 32 << 10, Passes: 3, Lanes: 1}

// Bounds of the costs that a stored hash may ask for, so that a changed row cannot take all memory.
const (
	maxHashMemoryKiB = 1 << 20
	maxHashPasses    = 64
	hashBytes        = 32
	saltBytes        = 16
)

// hasher hashes passwords, as many at a time as there are processors: otherwise a crowd at the door could take all memory.
type hasher struct {
	cost  HashCost
	slots chan struct{}
	decoy string // a hash that no password has, at the current cost
}

func newHasher(cost HashCost) *hasher {
	if cost == (HashCost{}) {
		cost = DefaultHashCost
	}
	h := &hasher{cost: cost, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	h.decoy = cost.phc(randomBytes(saltBytes), randomBytes(hashBytes))
	return h
}

// randomBytes never fails: crypto/rand ends the program when the system gives no randomness.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func (c HashCost) derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Passes, c.MemoryKiB, c.Lanes, hashBytes)
}

// phc writes the hash in the format that other programs read too.
func (c HashCost) phc(salt, hash []byte) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB, c.Passes, c.Lanes, encode(salt), encode(hash))
}

func parsePHC(text string) (c HashCost, salt, hash []byte, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("password hash has an unknown form")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Lanes); err != nil {
		return c, nil, nil, fmt.Errorf("password hash has no cost: %w", err)
	}
	if c.MemoryKiB > maxHashMemoryKiB || c.Passes == 0 || c.Passes > maxHashPasses || c.Lanes == 0 {
		return c, nil, nil, fmt.Errorf("password hash asks for a cost out of bounds")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, fmt.Errorf("password hash has no salt: %w", err)
	}
	if hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(hash) != hashBytes {
		return c, nil, nil, fmt.Errorf("password hash is cut")
	}
	return c, salt, hash, nil
}

func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots }

// hash returns the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := randomBytes(saltBytes)
	return h.cost.phc(salt, h.cost.derive(password, salt)), nil
}

// verify reports whether the password has the hash, and whether the hash was made at another cost than today's. An empty phc is
// somebody who doesn't exist: the same work is done, and the answer is no.
func (h *hasher) verify(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	if phc == "" {
		phc = h.decoy
	}
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	return subtle.ConstantTimeCompare(cost.derive(password, salt), want) == 1, cost != h.cost, nil
}

//go:embed common_passwords.txt
var commonPasswordText string

// commonPasswords holds the list, folded. It is read at the first use.
var commonPasswords = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonPasswordText) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			set[word] = true
		}
	}
	return set
})

const (
	minPassword   = 12 // characters
	maxPassword   = 256
	minWords      = 4 // of a passphrase, each of two characters or more
	minDifferent  = 5 // different characters
	longestRepeat = 6 // length of a part whose mere repetition is no password
)

// passwordProblem returns the message that says why a password is refused, and the zero Message for a good one. Login may be empty.
func passwordProblem(password, login string) errs.Message {
	folded := strings.ToLower(norm.NFKC.String(password))
	login = foldLogin(login)
	count := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return errs.Msg("access.bad_text", nil)
	case count > maxPassword:
		return errs.Msg("access.text_long", errs.Args{"Max": maxPassword})
	case count < minPassword && !isPassphrase(password):
		return errs.Msg("access.password_short", errs.Args{"Min": minPassword, "Words": minWords})
	case len(login) >= 3 && strings.Contains(folded, login):
		return errs.Msg("access.password_login", nil)
	case isSimple(folded):
		return errs.Msg("access.password_simple", nil)
	case isCommon(folded):
		return errs.Msg("access.password_common", nil)
	}
	return errs.Message{}
}

func isPassphrase(password string) bool {
	words := strings.Fields(password)
	long := 0
	for _, word := range words {
		if utf8.RuneCountInString(word) >= 2 {
			long++
		}
	}
	return long >= minWords
}

// isSimple finds a few characters or a short part again and again, and runs such as abcdef or 987654.
func isSimple(folded string) bool {
	runes := []rune(folded)
	different := map[rune]bool{}
	up, down := true, true
	for i, r := range runes {
		different[r] = true
		if i > 0 {
			up = up && r == runes[i-1]+1
			down = down && r == runes[i-1]-1
		}
	}
	if len(different) < minDifferent || up || down {
		return true
	}
	for length := 1; length <= longestRepeat && length*2 <= len(runes); length++ {
		repeated := true
		for i := length; i < len(runes) && repeated; i++ {
			repeated = runes[i] == runes[i-length]
		}
		if repeated {
			return true
		}
	}
	return false
}

// isCommon finds the password on the list as it is, or as a listed word with digits and signs around it.
func isCommon(folded string) bool {
	if commonPasswords()[folded] {
		return true
	}
	core := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	return core != "" && commonPasswords()[core]
}

func (f *fields) password(path, password, login string) {
	if password == "" {
		f.add(path, "", "access.required", nil)
		return
	}
	if m := passwordProblem(password, login); m.Key != "" {
		*f = append(*f, errs.Field{Path: path, Message: m}) // never with its value
	}
}
