package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// vault seals small secrets with a key derived from the installation's, for one purpose.
type vault struct{ aead cipher.AEAD }

// InstallationKeyBytes is the length of the key that Config.Key holds.
const InstallationKeyBytes = 32

func newVault(installationKey []byte, purpose string) (vault, error) {
	if len(installationKey) != InstallationKeyBytes {
		return vault{}, fmt.Errorf("the installation key has %d bytes, want %d", len(installationKey), InstallationKeyBytes)
	}
	key, err := hkdf.Key(sha256.New, installationKey, nil, purpose, 32)
	if err != nil {
		return vault{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return vault{}, err
	}
	aead, err := cipher.NewGCM(block)
	return vault{aead}, err
}

const sealVersion = "v1."

// seal encrypts a text for one place, such as a user's id: it opens nowhere else.
func (v vault) seal(plain, place string) string {
	nonce := randomBytes(v.aead.NonceSize())
	return sealVersion + base64.RawURLEncoding.EncodeToString(v.aead.Seal(nonce, nonce, []byte(plain), []byte(place)))
}

func (v vault) open(sealed, place string) (string, error) {
	text, ok := strings.CutPrefix(sealed, sealVersion)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if !ok || err != nil || len(raw) < v.aead.NonceSize() {
		return "", fmt.Errorf("sealed text has an unknown form")
	}
	size := v.aead.NonceSize()
	plain, err := v.aead.Open(nil, raw[:size], raw[size:], []byte(place))
	if err != nil {
		return "", fmt.Errorf("sealed text does not open: it was changed, or the installation key is another: %w", err)
	}
	return string(plain), nil
}

// newToken returns 32 random bytes as text, 43 characters.
func newToken() string { return base64.RawURLEncoding.EncodeToString(randomBytes(32)) }

const tokenLength = 43

// digest is how tokens, keys and recovery codes are kept. They are random and long, so one pass of SHA-256 is enough.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// lowerCode writes random bytes in letters and digits that people can copy.
func lowerCode(bytes int) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(randomBytes(bytes)))
}

// groups puts a hyphen after every four characters.
func groups(code string) string {
	var b strings.Builder
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// madeUpPassword has 80 random bits in four groups.
func madeUpPassword() string { return groups(lowerCode(10)) }
