package metric

// CountAhead makes a test's portions of deals that are worked out before they are written smaller.
func (s *Service) CountAhead(deals int) { s.ahead = deals }
