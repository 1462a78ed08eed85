package attachment

// Plain is what is kept of a file, for the fuzzer.
func Plain(name string, content []byte) ([]byte, bool) {
	_, kept, err := newFile(name, content)
	return kept, err == nil
}
