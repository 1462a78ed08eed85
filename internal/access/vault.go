package access

// Vault seals small secrets of other services, with a key that follows from the installation's and their purpose.
type Vault struct{ sealing vault }

// NewVault returns the vault of a purpose. It fails for a key of another length than InstallationKeyBytes.
func NewVault(installationKey []byte, purpose string) (Vault, error) {
	sealing, err := newVault(installationKey, purpose)
	return Vault{sealing}, err
}

// Seal encrypts a text for one place: it opens nowhere else.
func (v Vault) Seal(plain, place string) string { return v.sealing.seal(plain, place) }

// Open decrypts what was sealed for the place. It fails when that was changed, or the installation's key is another.
func (v Vault) Open(sealed, place string) (string, error) { return v.sealing.open(sealed, place) }
