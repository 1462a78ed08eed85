package app

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"xiaoguan/internal/access"
)

// keyVariable names the environment variable that holds the installation's key in hex, for installations of several nodes. Without it
// the key is kept in a file of the data folder.
const keyVariable = "XIAOGUAN_KEY"

// installationKey returns the key that seals second factors and signs closed months; it makes one at the first start.
func installationKey(dir string) ([]byte, error) {
	if text := os.Getenv(keyVariable); text != "" {
		return decodeKey(keyVariable, text)
	}
	path := filepath.Join(dir, keyFile)
	text, err := os.ReadFile(path)
	if err == nil {
		return decodeKey(path, string(text))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read installation key: %w", err)
	}
	key := make([]byte, access.InstallationKeyBytes)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	// O_EXCL: two nodes that start at once on one folder must not each have a key of their own.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep installation key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	return key, errors.Join(err, f.Sync(), f.Close())
}

func decodeKey(source, text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != access.InstallationKeyBytes {
		return nil, fmt.Errorf("%s: want %d bytes in hex", source, access.InstallationKeyBytes)
	}
	return key, nil
}

// signer signs with a key of its own, derived from the installation's.
type signer struct{ private ed25519.PrivateKey }

func newSigner(key []byte) signer {
	seed := sha256.Sum256(append([]byte("xiaoguan seal\x00"), key...))
	return signer{ed25519.NewKeyFromSeed(seed[:])}
}

// Sign implements period.Signer.
func (s signer) Sign(message []byte) []byte { return ed25519.Sign(s.private, message) }

// Public implements period.Signer.
func (s signer) Public() ed25519.PublicKey { return s.private.Public().(ed25519.PublicKey) }

// Verify implements period.Signer.
func (s signer) Verify(message, signature []byte) bool {
	return ed25519.Verify(s.Public(), message, signature)
}
