package standard

// SetPortion makes sweeps judge so many cases at a time, until they learn of a better number.
func (s *Service) SetPortion(cases int) { s.portion = cases }

// Members reads a flat object as judging does; ok is false where encoding/json has to.
func Members(text string) (values map[string]string, ok bool) {
	list, ok := flatMembers(text)
	values = map[string]string{}
	for _, m := range list {
		values[m.name] = m.text
	}
	return values, ok
}
